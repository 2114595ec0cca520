/** TCPMSS: the largest segment that a SYN says to take, made smaller (xt_TCPMSS.c, tcpmss_mangle_packet). */
import { range } from '../../value/integer-set.ts';
import { constant, type Term } from '../../value/term.ts';
import type { Family } from '../../value/address.ts';
import { ipOf, transportOf, type Packet } from '../../packet/packet.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Machine, Passing } from './machine.ts';

/** Octets before the data of a segment. */
const HEADERS: Readonly<Record<Family, number>> = { 4: 40, 6: 60 };

/** What is taken where a SYN does not say: RFC 9293 section 3.7.1, RFC 8200 section 5. */
const UNSAID: Readonly<Record<Family, number>> = { 4: 536, 6: 1220 };

/** The MSS that a packet says; undefined of one that says none. */
export function mssOf(packet: Packet): Term | undefined {
  const transport = transportOf(packet);
  return transport?.proto === 'tcp' ? transport.mss : undefined;
}

/** The packet with no more than this MSS. A SYN with data that says none is left alone. */
export function clampedMss(to: number | 'path', passing: Passing, machine: Machine, ask: Ask): Packet {
  const { packet } = passing;
  const family = ipOf(packet)!.proto === 'ipv4' ? 4 : 6;
  const most = to === 'path' ? machine.pathMtu(passing, ask) - HEADERS[family] : to;
  const said = mssOf(packet);
  if (said === undefined)
    return packet.payload > 0 ? packet : withMss(packet, constant(Math.min(most, UNSAID[family])));
  return ask.within(said, range(0, Math.max(most, 0)), undefined) ? packet : withMss(packet, constant(most));
}

const withMss = ({ headers, payload }: Packet, mss: Term): Packet => ({
  headers: headers.map((header) => (header.proto === 'tcp' ? { ...header, mss } : header)),
  payload,
});
