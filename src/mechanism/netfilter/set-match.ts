/** Whether a packet is in a set of ipset (net/netfilter/ipset; ipset(8)). Timeouts do not pass. */
import type { Family } from '../../value/address.ts';
import { masked } from '../../value/bits.ts';
import { range, setOf, single, type IntegerSet } from '../../value/integer-set.ts';
import { constant, type Term } from '../../value/term.ts';
import { flowOf, ipOf, transportOf } from '../../packet/packet.ts';
import type { Ask } from '../../walk/ask.ts';
import type { IpSet, IpSets, SetEntry, SetPart } from '../linux/ip-set.ts';
import type { Passing } from './machine.ts';

export type Side = 'src' | 'dst';

/** What a rule asks of a set: a side for each dimension. */
export interface SetQuery {
  readonly set: string;
  readonly sides: readonly Side[];
  /** Asks for the exceptions of the set, not for its entries. */
  readonly returnNomatch: boolean;
}

/** Undefined when it cannot be known: nobody states the set, or it holds what a packet here does not show. */
export function isInSet(
  query: SetQuery,
  passing: Passing,
  family: Family,
  sets: IpSets | undefined,
  ask: Ask,
): boolean | undefined {
  const set = sets?.get(query.set);
  return set && inside(set, query, passing, family, sets!, ask);
}

function inside(
  set: IpSet,
  query: SetQuery,
  passing: Passing,
  family: Family,
  sets: IpSets,
  ask: Ask,
): boolean | undefined {
  if (set.method === 'list') return inList(set, query, passing, family, sets, ask);
  // ip_set_test: a set of more dimensions than the rule has sides, or of the other family, holds nothing.
  const isAsked = query.sides.length >= set.dimensions.length && hasFamily(set, family);
  if (!isAsked) return false;
  if (set.dimensions.includes('mac') && set.entries.length > 0) return undefined;
  const index = indexOf(set);
  const side = query.sides[0]!;
  if (index && !query.returnNomatch) return ask.within(ipOf(passing.packet)![side], index, set.at);
  const found = candidates(set, query.sides, passing, ask).find((entry) =>
    matches(set, entry, query.sides, passing, ask),
  );
  return found !== undefined && found.isExcepted === query.returnNomatch;
}

/** The entries that may hold the packet, the smallest networks first, as the kernel asks for the longest prefixes first. */
function candidates(set: IpSet, sides: readonly Side[], passing: Passing, ask: Ask): readonly SetEntry[] {
  if (!set.dimensions.includes('iface')) return inOrder(set);
  // ip_set_hash_netiface.c: the smallest network that holds the address decides, by its interfaces alone.
  const near = set.entries.filter(({ parts: [net] }) => holdsPart(set, net!, sides[0]!, passing, ask));
  const size = Math.min(...near.map(sizeOf));
  return near.filter((entry) => sizeOf(entry) === size);
}

/** A bitmap of ports has no family. */
const hasFamily = ({ dimensions, family }: IpSet, asked: Family): boolean =>
  family === asked || (dimensions.length === 1 && (dimensions[0] === 'port' || dimensions[0] === 'mac'));

/** list_set_ktest: any member that holds the packet will do. */
function inList(
  { entries }: IpSet,
  query: SetQuery,
  passing: Passing,
  family: Family,
  sets: IpSets,
  ask: Ask,
): boolean | undefined {
  const answers = entries.flatMap(({ parts: [part] }) => {
    const member = part?.kind === 'set' ? sets.get(part.name) : undefined;
    return member && member.method !== 'list' ? [inside(member, query, passing, family, sets, ask)] : [];
  });
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

/** Addresses in one go, for sets of nothing else and without exceptions. */
const indexes = new WeakMap<IpSet, IntegerSet>();

function indexOf(set: IpSet): IntegerSet | undefined {
  const isPlain = set.dimensions.length === 1 && /^(ip|net)$/.test(set.dimensions[0]!);
  if (!isPlain || set.options.has('netmask') || set.options.has('bitmask')) return undefined;
  const known = indexes.get(set);
  if (known || set.entries.some((entry) => entry.isExcepted)) return known;
  const index = setOf(set.entries.flatMap(({ parts }) => parts.filter((part) => part.kind === 'address')));
  indexes.set(set, index);
  return index;
}

const orders = new WeakMap<IpSet, readonly SetEntry[]>();

function inOrder(set: IpSet): readonly SetEntry[] {
  const known = orders.get(set) ?? set.entries.toSorted((a, b) => sizeOf(a) - sizeOf(b));
  orders.set(set, known);
  return known;
}

/** How much an entry holds: the smaller one is asked first, as longer prefixes are. */
const sizeOf = ({ parts }: SetEntry): number =>
  parts.reduce(
    (size, part) => (part.kind === 'address' ? size + Number(part.last) - Number(part.first) : size),
    0,
  );

const matches = (
  set: IpSet,
  { parts }: SetEntry,
  sides: readonly Side[],
  passing: Passing,
  ask: Ask,
): boolean => parts.every((part, i) => holdsPart(set, part, sides[i]!, passing, ask));

function holdsPart(set: IpSet, part: SetPart, side: Side, passing: Passing, ask: Ask): boolean {
  switch (part.kind) {
    case 'address': {
      const mask = set.options.get('netmask');
      const address = ipOf(passing.packet)![side];
      return mask === undefined
        ? ask.within(address, range(part.first, part.last), set.at)
        : ask.same(
            networkOf(address, set.family, mask),
            networkOf(constant(part.first), set.family, mask),
            set.at,
          );
    }
    case 'port':
      return hasPort(part, side, passing, ask);
    case 'mark':
      return ask.within(passing.mark, single(part.mark), set.at);
    case 'interface':
      return (side === 'src' ? passing.in : passing.out) === part.name;
    case 'mac':
    case 'set':
      return false;
    default:
      return part satisfies never;
  }
}

function networkOf(address: Term, family: Family, mask: string): Term {
  const bits = BigInt(family === 4 ? 32 : 128);
  const ones = ((1n << BigInt(mask)) - 1n) << (bits - BigInt(mask));
  return masked(address, family === 4 ? Number(ones) : ones);
}

/** ip_set_get_ip4_port: ICMP has type and code as its port, protocols without ports have 0. */
function hasPort(
  { protocol, first, last }: Extract<SetPart, { readonly kind: 'port' }>,
  side: Side,
  { packet }: Passing,
  ask: Ask,
): boolean {
  const flow = flowOf(packet);
  const transport = transportOf(packet);
  const isMessage = transport?.proto === 'icmp' || transport?.proto === 'icmpv6';
  if (protocol === undefined && transport?.proto !== 'tcp' && transport?.proto !== 'udp') return false;
  if (protocol !== undefined && !ask.within(flow.proto, single(protocol), undefined)) return false;
  if (isMessage)
    return (
      ask.within(transport.type, single(first >> 8), undefined) &&
      ask.within(transport.code, single(first & 0xff), undefined)
    );
  return ask.within(side === 'src' ? flow.sport : flow.dport, range(first, last), undefined);
}
