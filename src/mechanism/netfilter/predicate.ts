/** Predicates of rules: data that says which field must be in which set. One function decides them all. */
import type { Family, Value } from '../../value/address.ts';
import type { IntegerSet } from '../../value/integer-set.ts';
import type { Term } from '../../value/term.ts';
import { flowOf, ipOf, transportOf, type Transport } from '../../packet/packet.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Cite } from '../../walk/cite.ts';
import { masked } from '../../value/bits.ts';
import { stateNames, statusNames, type CtState, type CtStatus, type Direction } from './tracked.ts';
import type { AddressType, Machine, Passing } from './machine.ts';

/** How the rule says it, for people: `--dport` and `80,443`. */
interface Wording {
  readonly option: string;
  readonly wanted: string;
  /** Written with `!`: holds when the rest does not. */
  readonly not: boolean;
}

export interface FieldTest extends Wording {
  readonly kind: 'field';
  readonly field: Field;
  readonly slot: number;
  /** Only these bits count. */
  readonly mask?: Value;
  readonly set: IntegerSet;
  /** The answer for a packet without the field; false unless given, with `!` or without. */
  readonly whenAbsent?: boolean;
}

export type Test =
  | FieldTest
  /** Several fields: all, or any of them. */
  | (Wording & {
      readonly kind: 'fields';
      readonly join: 'all' | 'any';
      readonly fields: readonly FieldTest[];
    })
  /** `eth0`, or with `open` every name that begins so. */
  | (Wording & {
      readonly kind: 'interface';
      readonly side: 'in' | 'out';
      readonly name: string;
      readonly open: boolean;
    })
  | (Wording & { readonly kind: 'state'; readonly states: ReadonlySet<CtState> })
  | (Wording & { readonly kind: 'direction'; readonly direction: Direction; readonly whenAbsent?: boolean })
  | (Wording & {
      readonly kind: 'status';
      readonly statuses: ReadonlySet<CtStatus>;
      readonly whenAbsent?: boolean;
    })
  | (Wording & {
      readonly kind: 'address-type';
      readonly field: 'src' | 'dst';
      readonly types: ReadonlySet<AddressType>;
      readonly limit: 'in' | 'out' | undefined;
    })
  /** The same of every packet here: that it is whole, or not under IPsec. `had` says what it is. */
  | (Wording & { readonly kind: 'constant'; readonly holds: boolean; readonly had: string })
  | ChoiceTest;

/**
 * What neither packet nor topology decides, such as a rate or the time of day: `by` is the match, `holds` the answer, `!`
 * included, unless somebody picks another.
 */
export interface ChoiceTest extends Wording {
  readonly kind: 'choice';
  readonly by: string;
  readonly holds: boolean;
}

/** Fields in the order of a subject's terms. */
const FIELDS = [
  'src',
  'dst',
  'ttl',
  'protocol',
  'sport',
  'dport',
  'flags',
  'type',
  'code',
  'mark',
  'original-protocol',
  'original-src',
  'original-dst',
  'original-sport',
  'original-dport',
  'reply-src',
  'reply-dst',
  'reply-sport',
  'reply-dport',
] as const;

export type Field = (typeof FIELDS)[number];

/** Where a field stands among a subject's terms: a rule finds its field in one step. */
export const slotOf = (field: Field): number => FIELDS.indexOf(field);

/** A packet as the rules of one machine see it at one moment. */
export interface Subject {
  readonly passing: Passing;
  readonly family: Family;
  readonly machine: Machine;
  /** Of each field, by its slot; undefined where the packet has none, as a ping has no ports. */
  readonly terms: readonly (Term | undefined)[];
}

export function subjectOf(passing: Passing, machine: Machine): Subject {
  const { packet, mark, tracked } = passing;
  const ip = ipOf(packet)!;
  const transport = transportOf(packet);
  const [sport, dport, flags, type, code] = transportTerms(transport);
  const { original, reply } = tracked?.flows ?? NO_FLOWS;
  const terms = [ip.src, ip.dst, ip.ttl, flowOf(packet).proto, sport, dport, flags, type, code, mark];
  terms.push(original?.proto, original?.src, original?.dst, original?.sport, original?.dport);
  terms.push(reply?.src, reply?.dst, reply?.sport, reply?.dport);
  return { passing, family: ip.proto === 'ipv4' ? 4 : 6, machine, terms };
}

const NO_FLOWS = { original: undefined, reply: undefined };

/** Source port, destination port, TCP flags, ICMP type and code. */
function transportTerms(transport: Transport | undefined): readonly (Term | undefined)[] {
  switch (transport?.proto) {
    case 'tcp':
      return [transport.sport, transport.dport, transport.flags];
    case 'udp':
    case 'udplite':
    case 'sctp':
    case 'dccp':
      return [transport.sport, transport.dport];
    case 'icmp':
    case 'icmpv6':
      return [undefined, undefined, undefined, transport.type, transport.code];
    case 'opaque':
    case undefined:
      return [];
    default:
      return transport satisfies never;
  }
}

export function holds(test: Test, subject: Subject, ask: Ask, cite: Cite | undefined): boolean {
  switch (test.kind) {
    case 'field':
      return fieldHolds(test, subject, ask, cite);
    case 'fields': {
      const one = (field: FieldTest): boolean => fieldHolds(field, subject, ask, cite);
      return (test.join === 'all' ? test.fields.every(one) : test.fields.some(one)) !== test.not;
    }
    case 'interface': {
      const name = subject.passing[test.side] ?? '';
      return (test.open ? name.startsWith(test.name) : name === test.name) !== test.not;
    }
    case 'state':
      return stateNames(subject.passing).some((name) => test.states.has(name)) !== test.not;
    case 'status': {
      if (!subject.passing.tracked?.flows) return test.whenAbsent ?? false;
      return statusNames(subject.passing).some((name) => test.statuses.has(name)) !== test.not;
    }
    case 'direction': {
      const direction = subject.passing.tracked?.flows && subject.passing.tracked.direction;
      return direction === undefined
        ? (test.whenAbsent ?? false)
        : (direction === test.direction) !== test.not;
    }
    case 'address-type': {
      const on = test.limit && (subject.passing[test.limit] ?? '');
      return (
        test.types.has(
          subject.machine.addressType(subject.terms[slotOf(test.field)]!, subject.family, on, ask),
        ) !== test.not
      );
    }
    case 'constant':
    case 'choice':
      return test.holds;
    default:
      return test satisfies never;
  }
}

function fieldHolds(test: FieldTest, subject: Subject, ask: Ask, cite: Cite | undefined): boolean {
  const term = subject.terms[test.slot];
  if (term === undefined) return test.whenAbsent ?? false;
  return ask.within(test.mask === undefined ? term : masked(term, test.mask), test.set, cite) !== test.not;
}
