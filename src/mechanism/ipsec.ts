/** IPsec tunnel mode between two gateways: RFC 4303 section 3.1.2 and RFC 4301 section 5. */
import { ipOf, lengthOf, pop, push, roomIn, type Header, type Packet } from '../packet/packet.ts';
import type { EspSuite } from '../packet/esp.ts';
import type { Address } from '../value/address.ts';
import { constant, type Term } from '../value/term.ts';
import type { Cite } from '../walk/cite.ts';
import type { Action, Io } from '../walk/device.ts';
import { mayBeCut, tooBig } from './mtu.ts';
import { familyNumber, sendFrom } from './ttl.ts';

/** One end of a tunnel: a pair of security associations, one each way. */
export interface TunnelEnd {
  readonly port: string;
  readonly local: Address;
  readonly remote: Address;
  readonly suite: EspSuite;
  /** Security parameters indexes, each chosen by its receiver. */
  readonly spiIn: number;
  readonly spiOut: number;
  readonly at: Cite;
}

/** What crosses the Internet whole: Ethernet's. */
const INTERNET_MTU = 1500;

/**
 * Sends the packet through the tunnel, in outer IP header and ESP. What is then too large for the way to the other end is
 * cut, or if it may not be refused with an error from one of the gateway's `own` addresses (xfrm4_tunnel_check_size).
 */
export function protect(packet: Packet, end: TunnelEnd, own: () => readonly Address[], io: Io): Action {
  const { port, at } = end;
  const first = headersOf(end, FIRST);
  const length = lengthOf(push(packet, ...first));
  const isLarge = length > INTERNET_MTU;
  if (isLarge && !mayBeCut(packet, io)) {
    io.note({ type: 'mtu', port, mtu: INTERNET_MTU, did: 'refused', packet: push(packet, ...first) });
    const family = familyNumber(ipOf(packet)!.proto);
    sendFrom(own(), packet, tooBig(family, roomIn(first, INTERNET_MTU)), 'packet-too-big', io);
    return { do: 'drop', reason: 'packet-too-big', at };
  }
  const headers = headersOf(end, nextNumber(at, io));
  const outer = push(packet, ...headers);
  io.note({ type: 'assumed', code: 'security-association-up' });
  io.note({ type: 'pushed', tunnel: 'esp', headers, octets: length - lengthOf(packet), at });
  if (isLarge) io.note({ type: 'mtu', port, mtu: INTERNET_MTU, did: 'fragmented', packet: outer });
  return { do: 'send', port, packet: outer, mtu: INTERNET_MTU };
}

const headersOf = (end: TunnelEnd, seq: Term): readonly Header[] => [
  {
    proto: typeof end.local === 'number' ? 'ipv4' : 'ipv6',
    src: constant(end.local),
    dst: constant(end.remote),
    ttl: constant(64),
  },
  { proto: 'esp', spi: constant(end.spiOut), seq, suite: end.suite },
];

const FIRST = constant(1);

/** The number of the next packet of a security association, whose first is 1: RFC 4303 section 2.2. */
export const nextNumber = (association: string, { sessions }: Pick<Io, 'sessions'>): Term =>
  constant(sessions.count(association) + 1);

/** Takes outer IP header and ESP off, if they are this tunnel's. */
export function unprotect(packet: Packet, end: TunnelEnd, io: Io): Packet | Extract<Action, { do: 'drop' }> {
  const outer = ipOf(packet);
  const esp = packet.headers[1];
  if (
    !outer ||
    esp?.proto !== 'esp' ||
    !io.ask.same(outer.src, constant(end.remote), end.at) ||
    !io.ask.same(outer.dst, constant(end.local), end.at)
  ) {
    return { do: 'drop', reason: 'tunnel-no-endpoint', at: end.at };
  }
  if (!io.ask.same(esp.spi, constant(end.spiIn), end.at))
    return { do: 'drop', reason: 'tunnel-key-mismatch', at: end.at };
  io.note({ type: 'popped', tunnel: 'esp', headers: packet.headers.slice(0, 2), at: end.at });
  return pop(packet, 2);
}
