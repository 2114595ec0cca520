/** What the kernel does with a packet for itself that is in a tunnel: ip_local_deliver_finish, gre_rcv, tunnel4_rcv, udp_rcv. */
import { carriedBy, hasPorts, ipOf, protocolOf, transportOf, type Packet } from '../../packet/packet.ts';
import type { Action, Io } from '../../walk/device.ts';
import type { Arrival, Untaken } from '../tunnel/decapsulate.ts';
import { kernelPort } from '../tunnel/tunnels.ts';
import { wantedText } from '../tunnel/wanted.ts';
import { sendUnreachable } from './errors.ts';
import type { LinuxMachine } from './machine.ts';

const PORT_UNREACHABLE = { ipv4: 3, ipv6: 4 } as const;
const PROTOCOL_UNREACHABLE = { ipv4: 2, ipv6: 4 } as const;

/** Hands the packet to its tunnel or refuses it; undefined when it is in no tunnel. */
export function intoTunnel(
  machine: LinuxMachine,
  packet: Packet,
  arrival: Arrival,
  io: Io,
): Action | undefined {
  const { tunnels, at } = machine;
  const taken = tunnels.take(packet, arrival, io.ask);
  if (taken && 'remote' in taken) return { do: 'send', port: kernelPort(taken), packet };
  const isOpen = tunnels.listens(packet, io.ask);
  if (!taken)
    return isOpen
      ? { do: 'drop', reason: 'tunnel-no-endpoint', at, note: 'no header of the tunnel is behind UDP' }
      : undefined;
  // raw_local_deliver: a program that takes the protocol has it; without a module nobody refuses it.
  if (!taken.nearest && takesWhole(machine, packet)) return undefined;
  // A socket that finds no device for the VNI is silent, and so is who takes no such checksum.
  if (!isOpen && taken.reason !== 'tunnel-option-mismatch') refuse(machine, packet, taken, io);
  const note = wantedText(taken);
  return {
    do: 'drop',
    reason: taken.reason,
    at: taken.nearest?.at ?? at,
    ...(note !== undefined && { note }),
  };
}

const takesWhole = ({ listeners }: LinuxMachine, packet: Packet): boolean => {
  const carried = carriedBy(packet);
  return carried !== undefined && !hasPorts(carried) && listeners?.has(protocolOf(carried)) === true;
};

/** A module whose tunnels do not take the packet says that the port is unreachable; without one the protocol is unknown. */
function refuse(machine: LinuxMachine, packet: Packet, { reason, nearest, failed }: Untaken, io: Io): void {
  const { proto } = ipOf(packet)!;
  const isKnown = transportOf(packet)?.proto === 'udp' || (nearest !== undefined && failed !== 'payload');
  const code = (isKnown ? PORT_UNREACHABLE : PROTOCOL_UNREACHABLE)[proto];
  sendUnreachable(machine, packet, code, reason, io);
}
