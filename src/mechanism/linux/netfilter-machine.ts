/** What netfilter asks of the kernel that it is part of: addresses, address types, and ICMP errors. */
import { familyOf, type Family } from '../../value/address.ts';
import { single } from '../../value/integer-set.ts';
import { constant, ZERO, type Term } from '../../value/term.ts';
import type { Ask } from '../../walk/ask.ts';
import { ipOf, type Packet } from '../../packet/packet.ts';
import type { AddressType, Machine } from '../netfilter/machine.ts';
import { sendError } from './errors.ts';
import type { IpSets } from './ip-set.ts';
import { SCOPE, selectAddress } from './interface.ts';
import type { LinuxMachine } from './machine.ts';
import { ipv6Source, reachOf } from './ipv6-source.ts';
import { MULTICAST } from './multicast.ts';
import { queryBack, UNBOUND } from './lookup.ts';
import { mtuOf } from './mtu.ts';
import { by, hopsOf, type RouteType } from './route.ts';
import { isRefusal } from './routing.ts';

export interface NetfilterHost extends Pick<
  LinuxMachine,
  'node' | 'interfaces' | 'links' | 'routing' | 'sysctl'
> {
  readonly sets: IpSets | undefined;
}

/** 0.0.0.0 and 255.255.255.255. */
const BROADCASTS = [...single(0), ...single(0xffffffff)];

/** The kernel's side of netfilter's contract. */
export function netfilterMachine(host: NetfilterHost): Machine {
  return {
    node: host.node,
    sets: host.sets,
    zone: `${host.node}/conntrack`,
    table: 'conntrack',
    tcpLoose: host.sysctl.get('net.netfilter.nf_conntrack_tcp_loose') !== 0,
    masqueradeAddress: ({ packet, out = '', nextHop }, ask) => {
      const { proto, dst } = ipOf(packet)!;
      const chosen =
        proto === 'ipv4'
          ? selectAddress(host.interfaces, out, nextHop ?? dst, SCOPE.global, ask)
          : ask.lookup(dst, { find: (target) => ipv6Source(host.interfaces, out, target) }, undefined);
      return chosen === undefined ? undefined : constant(chosen);
    },
    redirectAddress: (port, dst, family, ask) => {
      const own = host.interfaces.get(port)?.filter((one) => familyOf(one.address) === family) ?? [];
      const reach = family === 6 ? ask.lookup(dst, { find: reachOf }, undefined) : undefined;
      const first = own.find((one) => reach === undefined || reachOf(one.address) === reach);
      return first && constant(first.address);
    },
    pathMtu: ({ packet, mtu = Infinity }, ask) => Math.min(mtu, mtuBack(host, packet, ask)),
    addressType: (address, family, on, ask) => addressType(host, address, family, on, ask),
    isReversePath: ({ packet, in: port, mark }, { loose, acceptLocal, validMark }, ask) => {
      if (port === 'lo') return true;
      const query = queryBack(host, packet, { iif: 'lo', mark: validMark ? mark : ZERO });
      // rpfilter_mt asks by addresses alone.
      const flow = { ...query.flow, proto: ZERO, sport: ZERO, dport: ZERO };
      const { route } = host.routing.lookup({ ...query, flow }, ask);
      if (route?.type !== 'unicast' && !(route?.type === 'local' && acceptLocal)) return false;
      return loose || hopsOf(route).some(({ dev }) => dev === port);
    },
    sendError: (error, { packet, in: port }, io) => {
      sendError(host, packet, error, 'filter-denied', io, port);
    },
  };
}

/** tcpmss_reverse_mtu: what the route to the packet's source takes; without one, what an IP packet may have. */
function mtuBack(host: NetfilterHost, packet: Packet, ask: Ask): number {
  const ip = ipOf(packet)!;
  const query = queryBack(host, packet, { iif: 'lo', mark: ZERO });
  const flow = { ...query.flow, src: UNBOUND[query.family], proto: ZERO, sport: ZERO, dport: ZERO };
  const { route } = host.routing.lookup({ ...query, flow }, ask);
  return route && !isRefusal(route) ? mtuOf(host, ip, by(route, hopsOf(route)[0]!)) : 0xffff;
}

/** __inet_dev_addr_type: ranges that are never unicast, then table local; with `on` only that interface's entries. */
function addressType(
  host: NetfilterHost,
  address: Term,
  family: Family,
  on: string | undefined,
  ask: Ask,
): AddressType {
  if (ask.within(address, BROADCASTS, undefined)) return 'BROADCAST';
  if (ask.within(address, MULTICAST[family], undefined)) return 'MULTICAST';
  const entry = host.routing.inTable('local', { dst: address, dscp: ZERO }, ask);
  if (!entry || (on !== undefined && entry.dev !== on)) return 'UNICAST';
  return TYPES[entry.type] ?? 'UNICAST';
}

const TYPES: Readonly<Partial<Record<RouteType, AddressType>>> = {
  local: 'LOCAL',
  broadcast: 'BROADCAST',
  anycast: 'ANYCAST',
};
