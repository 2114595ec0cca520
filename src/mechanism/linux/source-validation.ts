/** What routing refuses of a packet's ends on arrival: ip_route_input_slow, fib_validate_source; ip6_rcv_core. */
import { LOOPBACK, type Family } from '../../value/address.ts';
import { hostPrefix, prefixOf } from '../../value/prefix.ts';
import { setOf, single, type IntegerSet } from '../../value/integer-set.ts';
import { ZERO, type Term } from '../../value/term.ts';
import { ipOf, type Packet } from '../../packet/packet.ts';
import type { Action, Io } from '../../walk/device.ts';
import { isOverruled } from '../../walk/past.ts';
import { queryBack } from './lookup.ts';
import type { LinuxMachine } from './machine.ts';
import { MULTICAST } from './multicast.ts';
import { hopsOf, type LinuxRoute } from './route.ts';
import { routeFact } from './route-table.ts';
import { isRefusal } from './routing.ts';

const LOOPBACKS: Readonly<Record<Family, IntegerSet>> = {
  4: setOf([prefixOf(LOOPBACK[4], 8)]),
  6: single(LOOPBACK[6]),
};
const UNSPECIFIED = single(0);
const LIMITED_BROADCAST = single(0xffffffff);

/** Never a source: 224.0.0.0/4, 255.255.255.255. */
const NO_SOURCE = setOf([prefixOf(0xe0000000, 4), hostPrefix(0xffffffff)]);

const martian = ({ at }: LinuxMachine): Action => ({ do: 'drop', reason: 'source-martian', at });

/** Whether the packet is for everybody on its link: 255.255.255.255, and what has no addresses at all (a BOOTP client's). */
export const isForAll = ({ src, dst }: Ends, { ask }: Io): boolean =>
  ask.within(dst, LIMITED_BROADCAST, undefined) ||
  (ask.within(dst, UNSPECIFIED, undefined) && ask.within(src, UNSPECIFIED, undefined));

/** __mkroute_output: what is from a loopback address leaves by lo, unless the interface may route such addresses. */
export function checkOutput(machine: LinuxMachine, out: string, packet: Packet, io: Io): Action | undefined {
  const ip = ipOf(packet)!;
  const isAllowed = out === 'lo' || ip.proto === 'ipv6' || machine.sysctl.either('route_localnet', out);
  if (isAllowed || !io.ask.within(ip.src, LOOPBACKS[4], undefined)) return undefined;
  return martian(machine);
}

interface Ends {
  readonly src: Term;
  readonly dst: Term;
}

/** What ip6_rcv_core refuses before anybody else sees it: loopback addresses from the wire, and groups as source. */
export function checkReceived6(
  machine: LinuxMachine,
  port: string,
  packet: Packet,
  io: Io,
): Action | undefined {
  const { proto, src, dst } = ipOf(packet)!;
  if (proto === 'ipv4' || port === 'lo') return undefined;
  const isRefused =
    io.ask.within(src, LOOPBACKS[6], machine.at) ||
    io.ask.within(dst, LOOPBACKS[6], machine.at) ||
    io.ask.within(src, MULTICAST[6], machine.at);
  return isRefused ? martian(machine) : undefined;
}

/** A drop, or undefined when the IPv4 packet's source and destination are ones that can arrive by this interface. */
export function checkEnds(machine: LinuxMachine, port: string, ends: Ends, io: Io): Action | undefined {
  const { ask } = io;
  const { src, dst } = ends;
  if (ask.within(src, NO_SOURCE, machine.at)) return martian(machine);
  if (isForAll(ends, io)) return undefined;
  // ipv4_is_zeronet: 0.0.0.0 alone, since Linux 5.3.
  if (ask.within(src, UNSPECIFIED, machine.at) || ask.within(dst, UNSPECIFIED, machine.at))
    return martian(machine);
  const isLoopback = ask.within(src, LOOPBACKS[4], machine.at) || ask.within(dst, LOOPBACKS[4], machine.at);
  return isLoopback && !machine.sysctl.either('route_localnet', port) ? martian(machine) : undefined;
}

/**
 * fib_validate_source for a packet that came in by `port` and would leave by `out` (undefined: is for the machine itself).
 * IPv6 has nothing of the kind: a 6.18 kernel delivered a packet with its own address as source.
 */
export function checkSource(
  machine: LinuxMachine,
  port: string,
  packet: Packet,
  mark: Term,
  out: string | undefined,
  io: Io,
): Action | undefined {
  const ip = ipOf(packet)!;
  if (ip.proto === 'ipv6' || io.ask.within(ip.src, UNSPECIFIED, undefined)) return undefined;
  const { sysctl, routing } = machine;
  const filter = sysctl.reversePathFilter(port);
  const redirects = port === out && sysctl.either('send_redirects', port);
  if (filter > 0 || redirects) return checkWayBack(machine, port, packet, mark, out, io);
  if (sysctl.either('accept_local', port)) return undefined;
  if (routing.hasRules(4) || routing.hasLocalRoutes)
    return checkWayBack(machine, port, packet, mark, out, io);
  return isOwnAddress(machine, ip.src, io) ? martian(machine) : undefined;
}

/** inet_lookup_ifaddr_rcu: exactly one of the machine's addresses. */
function isOwnAddress({ interfaces }: LinuxMachine, address: Term, { ask }: Io): boolean {
  for (const own of interfaces.values())
    if (own.some((one) => ask.within(address, single(one.address), undefined))) return true;
  return false;
}

/** __fib_validate_source: the route back must be a unicast one, and under rp_filter exist, or use the same interface. */
function checkWayBack(
  machine: LinuxMachine,
  port: string,
  packet: Packet,
  mark: Term,
  out: string | undefined,
  io: Io,
): Action | undefined {
  const { sysctl, routing } = machine;
  const filter = sysctl.reversePathFilter(port);
  const counted = sysctl.either('src_valid_mark', port) ? mark : ZERO;
  const { route } = routing.lookup(queryBack(machine, packet, { iif: out ?? 'lo', mark: counted }), io.ask);
  const fail = (reason: 'reverse-path-failed' | 'source-martian'): Action | undefined => {
    io.note({ type: 'routed', table: 'source validation', route: route && routeFact(route) });
    const drop = { do: 'drop', reason, at: machine.at } as const;
    return reason === 'reverse-path-failed' && isOverruled(drop, io) ? undefined : drop;
  };
  if (!route || isRefusal(route)) return filter > 0 ? fail('reverse-path-failed') : undefined;
  if (route.type !== 'unicast' && !(route.type === 'local' && sysctl.either('accept_local', port)))
    return fail('source-martian');
  const hasAddress = (machine.interfaces.get(port) ?? []).length > 0;
  if (leavesBy(route, port)) return undefined;
  const isBad = filter === 1 || (filter > 0 && !hasAddress);
  return isBad ? fail('reverse-path-failed') : undefined;
}

const leavesBy = (route: LinuxRoute, port: string): boolean => hopsOf(route).some(({ dev }) => dev === port);
