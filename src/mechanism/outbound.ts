/**
 * The way of a NIC's own packets to the Internet: which public address they get. Microsoft, "Use Source Network Address
 * Translation (SNAT) for outbound connections", "What is Azure NAT Gateway?", "Default outbound access in Azure".
 *
 *      NAT gateway of the subnet > public address of the NIC > load balancer > default outbound access
 */
import { flowOf, type Packet } from '../packet/packet.ts';
import { reverse, type Flow } from '../packet/flow.ts';
import type { Address } from '../value/address.ts';
import { has, type IntegerSet } from '../value/integer-set.ts';
import { constant } from '../value/term.ts';
import type { Cite } from '../walk/cite.ts';
import type { Action, Io } from '../walk/device.ts';
import type { NearMiss } from '../walk/event.ts';
import { lentPorts } from './public-address.ts';
import { translate } from './translation.ts';

/** Why a method does not serve, as a near miss tells it. */
export type Lack = Pick<NearMiss, 'failed' | 'wanted' | 'had'>;

/** One way to the Internet, by rank. */
export interface OutboundMethod {
  /** As traces call it: `NAT gateway natgw`. */
  readonly name: string;
  /** Why the NIC does not have it. */
  readonly lacks?: Lack;
  /** The NIC's addresses that it serves. */
  readonly sources: IntegerSet;
  /** What it carries; undefined is everything. */
  readonly protocols: IntegerSet | undefined;
  /** Its public addresses of the sources' family. */
  readonly addresses: readonly Address[];
  /** Ports lent to this NIC; undefined translates the address alone, one to one. */
  readonly ports: PortShare | undefined;
  /** What it does not carry goes no other way. */
  readonly isExclusive: boolean;
  readonly isPresumed: boolean;
  /** What else is stated of it, such as its idle timeout. */
  readonly text?: string;
  readonly at: Cite | undefined;
}

/** Ports counted through all addresses, `PORTS_EACH` an address: those from `first` on. */
export interface PortShare {
  readonly first: number;
  readonly count: number;
}

/** Usable SNAT ports of a frontend address, from 1024 on; Microsoft, "Outbound rules", "Manual port allocation". */
export const PORTS_EACH = 64_000;
const FIRST_PORT = 1024;

const TABLE = 'egress';

/** Translates a packet that the route table sends to the Internet, and remembers to whom its answer belongs. */
export function translateOutbound(
  nic: string,
  methods: readonly OutboundMethod[],
  packet: Packet,
  io: Io,
): Packet | Action {
  const flow = flowOf(packet);
  const { chosen, near } = choose(methods, flow, io);
  const rule = chosen && { rule: chosen.name, text: chosen.text, at: chosen.at };
  io.note({ type: 'matched', table: TABLE, rule, action: chosen ? 'SNAT' : 'drop', near: () => near });
  if (!chosen) {
    const isProtocol = near.some(({ failed }) => failed === 'protocol');
    return { do: 'drop', reason: isProtocol ? 'outbound-protocol' : 'outbound-missing' };
  }
  if (chosen.isPresumed) io.note({ type: 'assumed', code: 'internet-source' });
  const to = chosen.ports
    ? lend(nic, chosen, chosen.ports, flow, io)
    : { ...flow, src: constant(chosen.addresses[0]!) };
  if (!to) return { do: 'drop', reason: 'outbound-ports-exhausted', at: chosen.at };
  return translate(packet, to, 'snat', io, {
    table: TABLE,
    rule: { rule: chosen.name, text: chosen.text, at: chosen.at },
  });
}

interface Chosen {
  readonly chosen: OutboundMethod | undefined;
  /** Those that lost, by rank. */
  readonly near: readonly NearMiss[];
}

/** The first that serves the flow, and why each of the others does not. */
function choose(methods: readonly OutboundMethod[], flow: Flow, io: Io): Chosen {
  const near: NearMiss[] = [];
  let chosen: OutboundMethod | undefined;
  let taker: OutboundMethod | undefined;
  for (const one of methods) {
    const lack = one.lacks ?? (taker ? after(taker) : lackOf(one, flow, io));
    if (lack) near.push({ rule: { rule: one.name, at: one.at }, ...lack });
    else chosen = one;
    if (!taker && !one.lacks && (!lack || (one.isExclusive && lack.failed === 'protocol'))) taker = one;
  }
  return { chosen, near };
}

const after = ({ name }: OutboundMethod): Lack => ({
  failed: 'rank',
  wanted: 'the first',
  had: `after ${name}`,
});

function lackOf(
  { sources, protocols, at }: OutboundMethod,
  { src, proto }: Flow,
  { ask }: Io,
): Lack | undefined {
  if (!ask.within(src, sources, at))
    return { failed: 'source', wanted: 'an address that it serves', had: 'another one' };
  if (protocols && !ask.within(proto, protocols, at))
    return { failed: 'protocol', wanted: carried(protocols), had: 'another one' };
  return undefined;
}

const carried = (protocols: IntegerSet): string =>
  [has(protocols, 6) ? 'TCP' : undefined, has(protocols, 17) ? 'UDP' : undefined]
    .filter(Boolean)
    .join(' and ');

/** The first port of the NIC's share that no flow to this destination has: a port serves many destinations. */
function lend(
  nic: string,
  { addresses }: OutboundMethod,
  share: PortShare,
  flow: Flow,
  io: Io,
): Flow | undefined {
  const end = Math.min(share.first + share.count, addresses.length * PORTS_EACH);
  for (let i = share.first; i < end; i++) {
    const address = addresses[Math.floor(i / PORTS_EACH)]!;
    const to: Flow = { ...flow, src: constant(address), sport: constant(FIRST_PORT + (i % PORTS_EACH)) };
    const zone = lentPorts(address);
    const reply = reverse(to);
    if (io.sessions.find(zone, reply, 'reply')) continue;
    io.note({ type: 'assumed', code: 'snat-port' });
    io.sessions.stage(zone, { original: flow, reply, pin: nic });
    return to;
  }
  return undefined;
}
