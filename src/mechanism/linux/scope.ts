/** IPv6 sources that no router passes on: ip6_forward. */
import { parseAddress } from '../../value/address.ts';
import { hostPrefix } from '../../value/prefix.ts';
import { setOf } from '../../value/integer-set.ts';
import { ipOf, type Packet } from '../../packet/packet.ts';
import type { Action, Io } from '../../walk/device.ts';
import { sendUnreachable } from './errors.ts';
import { LINK_LOCAL } from './link-scope.ts';
import type { LinuxMachine } from './machine.ts';
import type { LinuxRoute } from './route.ts';

const UNSPECIFIED = setOf([hostPrefix(parseAddress('::')!)]);
const BEYOND_SCOPE = 2;

/** A drop of what may not leave its link; a packet that goes back by the interface it came in does not. */
export function scopeRefusal(
  machine: LinuxMachine,
  packet: Packet,
  port: string,
  route: LinuxRoute,
  io: Io,
): Action | undefined {
  const { proto, src } = ipOf(packet)!;
  if (proto === 'ipv4' || route.dev === port) return undefined;
  if (io.ask.within(src, UNSPECIFIED, machine.at))
    return { do: 'drop', reason: 'source-martian', at: machine.at };
  if (!io.ask.within(src, LINK_LOCAL, machine.at)) return undefined;
  sendUnreachable(machine, packet, BEYOND_SCOPE, 'source-martian', io, port);
  return { do: 'drop', reason: 'source-martian', at: machine.at };
}
