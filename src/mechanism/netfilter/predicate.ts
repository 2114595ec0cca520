/** Predicates of rules: data that says which field must be in which set. One function decides them all. */
import type { Family, Value } from '../../value/address.ts';
import type { IntegerSet } from '../../value/integer-set.ts';
import type { Term } from '../../value/term.ts';
import { flowOf, ipOf, transportOf, type Ip, type Transport } from '../../packet/packet.ts';
import type { Flow } from '../../packet/flow.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Cite } from '../../walk/cite.ts';
import { masked } from './bits.ts';
import { stateNames, type CtState, type Direction } from './conntrack.ts';
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
      readonly kind: 'address-type';
      readonly field: 'src' | 'dst';
      readonly types: ReadonlySet<AddressType>;
      readonly limit: 'in' | 'out' | undefined;
    })
  /** Later fragments: conntrack reassembles, and nothing else here fragments, so no packet is one. */
  | (Wording & { readonly kind: 'fragment' });

export type Field =
  | 'src'
  | 'dst'
  | 'ttl'
  | 'protocol'
  | 'sport'
  | 'dport'
  | 'flags'
  | 'type'
  | 'code'
  | 'mark'
  | `${'original' | 'reply'}-${'src' | 'dst' | 'sport' | 'dport'}`;

/** A packet as the rules of one machine see it at one moment. */
export interface Subject {
  readonly passing: Passing;
  readonly family: Family;
  readonly machine: Machine;
  readonly ip: Ip;
  readonly transport: Transport | undefined;
  readonly flow: Flow;
}

export function subjectOf(passing: Passing, machine: Machine): Subject {
  const ip = ipOf(passing.packet)!;
  const family = ip.proto === 'ipv4' ? 4 : 6;
  return {
    passing,
    family,
    machine,
    ip,
    transport: transportOf(passing.packet),
    flow: flowOf(passing.packet),
  };
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
      return stateNames(subject.passing.tracked).some((name) => test.states.has(name)) !== test.not;
    case 'direction': {
      const direction = subject.passing.tracked?.flows && subject.passing.tracked.direction;
      return direction === undefined
        ? (test.whenAbsent ?? false)
        : (direction === test.direction) !== test.not;
    }
    case 'address-type': {
      const on = test.limit && (subject.passing[test.limit] ?? '');
      return (
        test.types.has(subject.machine.addressType(subject.ip[test.field], subject.family, on, ask)) !==
        test.not
      );
    }
    case 'fragment':
      return test.not;
    default:
      return test satisfies never;
  }
}

function fieldHolds(test: FieldTest, subject: Subject, ask: Ask, cite: Cite | undefined): boolean {
  const term = termOf(test.field, subject);
  if (term === undefined) return test.whenAbsent ?? false;
  return ask.within(test.mask === undefined ? term : masked(term, test.mask), test.set, cite) !== test.not;
}

/** The field of the packet; undefined when it has none, as a ping has no ports. */
export function termOf(field: Field, { ip, transport, flow, passing }: Subject): Term | undefined {
  switch (field) {
    case 'src':
    case 'dst':
    case 'ttl':
      return ip[field];
    case 'protocol':
      return flow.proto;
    case 'sport':
    case 'dport':
      return transport?.proto === 'tcp' || transport?.proto === 'udp' ? transport[field] : undefined;
    case 'flags':
      return transport?.proto === 'tcp' ? transport.flags : undefined;
    case 'type':
    case 'code':
      return transport?.proto === 'icmp' || transport?.proto === 'icmpv6' ? transport[field] : undefined;
    case 'mark':
      return passing.mark;
    default:
      return trackedTerm(field, passing);
  }
}

function trackedTerm(field: Extract<Field, `${string}-${string}`>, passing: Passing): Term | undefined {
  const [which, part] = field.split('-') as ['original' | 'reply', 'src' | 'dst' | 'sport' | 'dport'];
  return passing.tracked?.flows?.[which][part];
}
