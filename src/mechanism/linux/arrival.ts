/** Where a packet that came in goes: ip_route_input_slow, ip6_route_input. */
import { ipOf } from '../../packet/packet.ts';
import type { Action, Io } from '../../walk/device.ts';
import type { Passing } from '../netfilter/machine.ts';
import { familyNumber } from '../ttl.ts';
import { isStrict } from './link-scope.ts';
import { noted, queryOf } from './lookup.ts';
import type { LinuxMachine } from './machine.ts';
import { groupsOf, MULTICAST } from './multicast.ts';
import { refusal } from './refusal.ts';
import type { LinuxRoute } from './route.ts';
import { isRefusal, type Found, type RouteQuery } from './routing.ts';
import { checkEnds, checkSource, isForAll } from './source-validation.ts';

export type Arrival =
  | { readonly to: 'self' }
  /** For the machine among others: nobody answers it with an error (RFC 1122 section 3.2.2). */
  | { readonly to: 'all' }
  | { readonly to: 'other'; readonly route: LinuxRoute }
  | { readonly to: 'nobody'; readonly action: Action };

const nobody = (action: Action): Arrival => ({ to: 'nobody', action });

export function routeArrival(machine: LinuxMachine, port: string, passing: Passing, io: Io): Arrival {
  const { packet, mark } = passing;
  const ip = ipOf(packet)!;
  const family = familyNumber(ip.proto);
  const refused = family === 4 ? checkEnds(machine, port, ip, io) : undefined;
  if (refused) return nobody(refused);
  if (io.ask.within(ip.dst, MULTICAST[family], undefined)) return toGroup(machine, port, passing, io);
  if (family === 4 && isForAll(ip, io)) return toSelf(machine, port, passing, 'all', io);
  const oif = family === 6 && isStrict(ip.dst, io.ask) ? port : undefined;
  const query = queryOf(machine, packet, { iif: port, mark, oif });
  const found = machine.routing.lookup(query, io.ask);
  switch (found.route?.type) {
    case 'local':
    case 'anycast':
      return toSelf(machine, port, passing, 'self', io);
    case 'broadcast':
      if (!machine.sysctl.forwardsBroadcast(port)) return toSelf(machine, port, passing, 'all', io);
      return toOther(machine, port, passing, query, found, io);
    default:
      return toOther(machine, port, passing, query, found, io);
  }
}

function toSelf(
  machine: LinuxMachine,
  port: string,
  { packet, mark }: Passing,
  to: 'self' | 'all',
  io: Io,
): Arrival {
  const refused = checkSource(machine, port, packet, mark, undefined, io);
  return refused ? nobody(refused) : { to };
}

/** ip_check_mc_rcu, ipv6_chk_mcast_addr: without a multicast router, groups that the machine has joined, or nobody. */
function toGroup(machine: LinuxMachine, port: string, passing: Passing, io: Io): Arrival {
  const ip = ipOf(passing.packet)!;
  const groups = groupsOf(machine, port, familyNumber(ip.proto));
  if (io.ask.within(ip.dst, groups, undefined)) return toSelf(machine, port, passing, 'all', io);
  return nobody({ do: 'drop', reason: 'multicast-not-joined', at: machine.at });
}

/** IPv4 asks first whether it forwards at all; of IPv6 a missing route is told all the same (ip6_pkt_discard). */
function toOther(
  machine: LinuxMachine,
  port: string,
  { packet, mark }: Passing,
  query: RouteQuery,
  found: Found,
  io: Io,
): Arrival {
  const isStill = !machine.sysctl.forwards(query.family, port);
  const at = machine.sysctl.forwardingAt(query.family, port) ?? machine.at;
  const still = nobody({ do: 'drop', reason: 'guest-forwarding-off', at });
  if (isStill && query.family === 4) return still;
  const { route } = noted(machine, query, found, io);
  if (!route || isRefusal(route)) return nobody(refusal(machine, found, packet, port, io));
  if (isStill) return still;
  if (route.type === 'multicast') return nobody({ do: 'drop', reason: 'source-martian', at: route.at });
  const refused = checkSource(machine, port, packet, mark, route.dev, io);
  return refused ? nobody(refused) : { to: 'other', route };
}
