/**
 * What routing refuses on arrival: ip_route_input_slow and fib_validate_source, ip6_rcv_core. IPv6 has no check of its own
 * addresses as source, and no rp_filter: a 6.18 kernel delivered such a packet.
 */
import { LOOPBACK, WHOLE } from '../../value/address.ts';
import { hostPrefix, prefixOf } from '../../value/prefix.ts';
import { setOf } from '../../value/integer-set.ts';
import { ipOf, type Packet } from '../../packet/packet.ts';
import type { Action, Io } from '../../walk/device.ts';
import type { LinuxMachine } from './machine.ts';
import { routeFact } from './routing.ts';

const LOOPBACKS = setOf([prefixOf(LOOPBACK[4], 8), hostPrefix(LOOPBACK[6])]);

/** Never a source: 0.0.0.0/8, 224.0.0.0/4, 255.255.255.255; ff00::/8. */
const NO_SOURCE = setOf([
  prefixOf(0, 8),
  prefixOf(0xe0000000, 4),
  hostPrefix(0xffffffff),
  prefixOf(WHOLE[6][1], 8),
]);

/** Never a destination on arrival: 0.0.0.0/8. */
const NO_DESTINATION = setOf([prefixOf(0, 8)]);

/** A drop, or undefined when the packet's source and destination are ones that can arrive here. */
export function checkSource(machine: LinuxMachine, port: string, packet: Packet, io: Io): Action | undefined {
  const { ask } = io;
  const { src, dst } = ipOf(packet)!;
  const { sysctl, routing } = machine;
  const isLoopback =
    port !== 'lo' && (ask.within(src, LOOPBACKS, machine.at) || ask.within(dst, LOOPBACKS, machine.at));
  if (isLoopback && !sysctl.either('route_localnet', port))
    return { do: 'drop', reason: 'source-martian', at: machine.at };
  if (ask.within(src, NO_SOURCE, machine.at) || ask.within(dst, NO_DESTINATION, machine.at))
    return { do: 'drop', reason: 'source-martian', at: machine.at };
  if (port === 'lo' || ipOf(packet)!.proto === 'ipv6') return undefined;
  if (routing.isLocal(src, ask) && !sysctl.either('accept_local', port))
    return { do: 'drop', reason: 'source-martian', at: machine.at };
  const filter = sysctl.reversePathFilter(port);
  if (filter === 0) return undefined;
  const back = routing.lookup(src, ask);
  const isGood = back?.type === 'unicast' && (filter === 2 || back.dev === port);
  if (isGood) return undefined;
  io.note({ type: 'routed', table: 'source validation', route: back && routeFact(back) });
  return { do: 'drop', reason: 'reverse-path-failed', at: machine.at };
}
