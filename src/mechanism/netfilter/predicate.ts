/** Predicates of rules: data that says which field must be in which set. One function decides them all. */
import type { Value } from '../../value/address.ts';
import type { IntegerSet } from '../../value/integer-set.ts';
import { ipOf } from '../../packet/packet.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Cite } from '../../walk/cite.ts';
import { masked } from '../../value/bits.ts';
import { stateNames, statusNames, type CtState, type CtStatus, type Direction } from './tracked.ts';
import type { AddressType, ReverseCheck } from './machine.ts';
import type { Recall } from './recent.ts';
import type { Tally } from './tally.ts';
import type { Connections } from './connections.ts';
import { isInSet, type SetQuery } from './set-match.ts';
import { fieldOf, slotOf, type Field, type Subject } from './subject.ts';

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
  | ChoiceTest
  | RecentTest
  | TallyTest
  | ConnectionsTest
  | SetTest
  /** What the frame was sent to, as far as the packet shows it. */
  | (Wording & { readonly kind: 'packet-type'; readonly type: PacketType })
  /** xt_rpfilter.c: whether the way back to the source is the interface that it came by. */
  | (Wording & ReverseCheck & { readonly kind: 'reverse-path' });

export const PACKET_TYPES = ['unicast', 'broadcast', 'multicast'] as const;
export type PacketType = (typeof PACKET_TYPES)[number];

/**
 * What neither packet nor topology decides, such as a rate or the time of day: `by` is the match, `holds` the answer, `!`
 * included, unless somebody picks another.
 */
export interface ChoiceTest extends Wording {
  readonly kind: 'choice';
  readonly by: string;
  readonly holds: boolean;
  /** The answer for packets that came in by an interface, where nothing is open about these. */
  readonly forwarded?: boolean;
}

/** A count of packets, which this one adds to. */
export interface TallyTest extends Wording, Tally {
  readonly kind: 'tally';
  readonly by: string;
}

/** A count of connections, among which the packet's is. */
export interface ConnectionsTest extends Wording, Connections {
  readonly kind: 'connections';
}

/** A look into a set of ipset. */
export interface SetTest extends Wording, SetQuery {
  readonly kind: 'set';
}

/** A look into a list of -m recent, which may change it. */
export interface RecentTest extends Wording, Recall {
  readonly kind: 'recent';
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
    case 'address-type':
      return isOfTypes(test, subject, ask) !== test.not;
    case 'constant':
      return test.holds;
    case 'choice':
      return isIn(subject) ? (test.forwarded ?? test.holds) : test.holds;
    // Of the first packet; a rule that is walked asks its list and its count (choice.ts).
    case 'recent':
      return (test.how === 'set') !== test.not;
    case 'set':
      return (setAnswer(test, subject, ask) ?? false) !== test.not;
    case 'connections':
      return test.upto > 0 !== test.not;
    case 'tally':
      return (test.count === 'nth' ? test.most === 0 : test.most > 0) !== test.not;
    case 'packet-type':
      return (packetType(subject, ask) === test.type) !== test.not;
    case 'reverse-path':
      return subject.machine.isReversePath(subject.passing, test, ask) !== test.not;
    default:
      return test satisfies never;
  }
}

/**
 * xt_addrtype.c: of IPv4 one of the types is what the address is. Of IPv6 an address may be several, and must be unicast
 * or multicast where either is named, and what the routes say where one of the others is.
 */
function isOfTypes(
  { types, field, limit }: Extract<Test, { readonly kind: 'address-type' }>,
  subject: Subject,
  ask: Ask,
): boolean {
  const { machine, family, passing } = subject;
  const on = limit && (passing[limit] ?? '');
  const type = machine.addressType(fieldOf(field, slotOf(field), subject)!, family, on, ask);
  if (family === 4) return types.has(type);
  if (types.has('MULTICAST') && type !== 'MULTICAST') return false;
  if (types.has('UNICAST') && (type === 'MULTICAST' || type === 'UNSPEC')) return false;
  if (types.has('UNSPEC') && type !== 'UNSPEC') return false;
  return types.has('LOCAL') || types.has('ANYCAST') ? types.has(type) : true;
}

/** Undefined when it cannot be known. */
export const setAnswer = (
  test: SetTest,
  { passing, family, machine }: Subject,
  ask: Ask,
): boolean | undefined => isInSet(test, passing, family, machine.sets, ask);

const isIn = ({ passing }: Subject): boolean => passing.in !== undefined;

/** What the machine sends itself counts as for a host until it has left (xt_pkttype.c). */
export function packetType(subject: Subject, ask: Ask): PacketType {
  const { machine, family, passing } = subject;
  if (passing.in === undefined) return 'unicast';
  const type = machine.addressType(ipOf(passing.packet)!.dst, family, undefined, ask);
  return type === 'BROADCAST' ? 'broadcast' : type === 'MULTICAST' ? 'multicast' : 'unicast';
}

export function fieldHolds(test: FieldTest, subject: Subject, ask: Ask, cite: Cite | undefined): boolean {
  const term = fieldOf(test.field, test.slot, subject);
  if (term === undefined) return test.whenAbsent ?? false;
  return ask.within(test.mask === undefined ? term : masked(term, test.mask), test.set, cite) !== test.not;
}
