/** What the kernel does with a packet for itself that is in a tunnel: ip_local_deliver_finish, gre_rcv, tunnel4_rcv, udp_rcv. */
import { formatAddress } from '../../value/address.ts';
import { ipOf, transportOf, type Packet } from '../../packet/packet.ts';
import type { Action, Io } from '../../walk/device.ts';
import type { Arrival, Untaken } from '../tunnel/decapsulate.ts';
import { kernelPort } from '../tunnel/tunnels.ts';
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
  // A socket that finds no device for the VNI is silent, and so is who takes no such checksum.
  if (!isOpen && taken.reason !== 'tunnel-option-mismatch') refuse(machine, packet, taken, io);
  const note = noteOf(taken);
  return {
    do: 'drop',
    reason: taken.reason,
    at: taken.nearest?.at ?? at,
    ...(note !== undefined && { note }),
  };
}

/** A module whose tunnels do not take the packet says that the port is unreachable; without one the protocol is unknown. */
function refuse(machine: LinuxMachine, packet: Packet, { reason, nearest, failed }: Untaken, io: Io): void {
  const { proto } = ipOf(packet)!;
  const isKnown = transportOf(packet)?.proto === 'udp' || (nearest !== undefined && failed !== 'payload');
  const code = (isKnown ? PORT_UNREACHABLE : PROTOCOL_UNREACHABLE)[proto];
  sendUnreachable(machine, packet, code, reason, io);
}

/** What the endpoint that came nearest wants. */
function noteOf({ nearest, failed }: Untaken): string | undefined {
  if (!nearest) return undefined;
  const { name, key, port, remote, local, checksum, sequence } = nearest;
  switch (failed) {
    case 'payload':
      return undefined;
    case 'port':
      return `${name} is on UDP port ${port}`;
    case 'remote':
      return `${name} has its other end at ${formatAddress(remote)}`;
    case 'local':
      return `${name} is at ${formatAddress(local!)}`;
    case 'protection':
      return nearest.esp ? `${name} wants ESP` : `${name} has no ESP`;
    case 'key':
      return key.in === undefined ? `${name} has no key` : `${name} has key ${key.in}`;
    case 'options':
      return `${name} has checksums ${checksum ? 'on' : 'off'} and sequence numbers ${sequence ? 'on' : 'off'}`;
    default:
      return failed satisfies never;
  }
}
