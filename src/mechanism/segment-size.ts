/** The largest segment that a SYN says its sender takes. */
import { transportOf, type Packet } from '../packet/packet.ts';
import type { Family } from '../value/address.ts';
import { constant, type Term } from '../value/term.ts';

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
