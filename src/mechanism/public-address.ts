/** What Azure keeps for a public address that many share: which flow behind it belongs to which NIC. */
import { flowOf, type Packet } from '../packet/packet.ts';
import { formatAddress, type Address } from '../value/address.ts';
import { constant } from '../value/term.ts';
import type { Action, Io } from '../walk/device.ts';
import { encapsulate, type Location, type Sender } from './fabric.ts';

/** The multiplexers (MUX) in front of one public address: several that share their state, so any may take any packet. */
export const MUXES = ['mux-1', 'mux-2', 'mux-3', 'mux-4'] as const;

/** The ports of a public address that are lent: flows as the Internet sees them, each pinned to its NIC. */
export const lentPorts = (address: Address): string => `public/${formatAddress(address)}`;

/** A NIC's address and where it lives. */
export interface Located {
  readonly address: Address;
  readonly location: Location;
}

/** Sends an answer for a lent port to the host that translated the flow; undefined when no flow has lent it. */
export function toBorrower(
  zone: string,
  own: Pick<Sender, 'physical' | 'mac'>,
  locate: (nic: string) => Located | undefined,
  packet: Packet,
  io: Io,
): Action | undefined {
  const session = io.sessions.find(zone, flowOf(packet), 'reply')?.session;
  if (session?.pin === undefined) return undefined;
  const { original, reply, pin } = session;
  io.note({ type: 'session', did: 'matched', table: 'outbound', original, reply, pin });
  const member = locate(pin);
  if (!member) return { do: 'drop', reason: 'neighbour-missing' };
  return encapsulate(own, member.location, constant(member.address), packet, io);
}
