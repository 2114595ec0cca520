/** The largest segment that a SYN says its sender takes, and making it smaller: what routers do so that segments fit a tunnel. */
import { ipOf, transportOf, type Packet } from '../packet/packet.ts';
import type { Family } from '../value/address.ts';
import { range } from '../value/integer-set.ts';
import { constant, type Term } from '../value/term.ts';
import type { Io } from '../walk/device.ts';
import { familyNumber } from './ttl.ts';

/** Octets before the data of a segment without options. */
export const TCP_HEADERS: Readonly<Record<Family, number>> = { 4: 40, 6: 60 };

/** The MSS that a packet says; undefined of one that says none. */
export function mssOf(packet: Packet): Term | undefined {
  const transport = transportOf(packet);
  return transport?.proto === 'tcp' ? transport.mss : undefined;
}

export const withMss = ({ headers, payload }: Packet, mss: number): Packet => ({
  headers: headers.map((header) => (header.proto === 'tcp' ? { ...header, mss: constant(mss) } : header)),
  payload,
});

/** The packet with no more than this MSS by family, if it says one. */
export function clamped(packet: Packet, most: Readonly<Record<Family, number>>, io: Io): Packet {
  const before = mssOf(packet);
  const wanted = most[familyNumber(ipOf(packet)!.proto)];
  if (before === undefined || io.ask.within(before, range(0, wanted), undefined)) return packet;
  io.note({ type: 'rewrote', kind: 'mss', field: 'mss', before, after: constant(wanted) });
  return withMss(packet, wanted);
}
