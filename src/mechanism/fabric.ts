/** The physical network under the virtual ones: where an address lives, and the VXLAN header that brings a packet there. */
import { VXLAN_PORT } from '../packet/vxlan.ts';
import { ipOf, lengthOf, pop, push, type Header, type Packet } from '../packet/packet.ts';
import type { Address } from '../value/address.ts';
import type { IntegerSet } from '../value/integer-set.ts';
import { constant, type Term } from '../value/term.ts';
import type { Table } from '../walk/ask.ts';
import type { Cite } from '../walk/cite.ts';
import type { Action, Io, Link } from '../walk/device.ts';
import { routeFact, type EffectiveRoute, type EffectiveTable } from './effective-route.ts';

/** Where a customer address lives. */
export interface Location {
  /** The physical address of its host, load balancer or gateway. */
  readonly physical: Address;
  readonly vni: number;
  readonly mac: number;
  /** Who owns the address: `nva2/eth0`. */
  readonly owner: string;
  /** The physical server, where the topology names it. */
  readonly server?: string | undefined;
  /** Out of reach across a global peering. */
  readonly isRegional?: boolean;
}

/** One VNet's side of a peering as the host enforces it. */
export interface PeeringPolicy {
  readonly allowVirtualNetworkAccess: boolean;
  readonly allowForwardedTraffic: boolean;
  /** The peer uses this VNet's gateway, or this VNet the peer's, and both sides agreed. */
  readonly hasGatewayTransit: boolean;
  /** Between regions. */
  readonly isGlobal: boolean;
  /** It has failed. */
  readonly isDown: boolean;
  readonly at: Cite;
}

export interface Fabric {
  /** Plugs a device in: packets arrive by the physical address and, at a shared host, the inner MAC. */
  readonly link: Link;
  /** Customer address to location, for one VNet. */
  locations(vnet: string): Table<Location>;
  /** The address space of a VNet. */
  space(vnet: string): IntegerSet;
  /** The physical address of a service that is not in a VNet: a public frontend, a NAT gateway. */
  publicService(id: string): Pick<Location, 'physical' | 'mac'>;
  /** The physical addresses of all of them: what they send came from the Internet. */
  readonly multiplexers: IntegerSet;
  /** The side of `vnet` in its peering with `remote`. */
  peering(vnet: string, remote: string): PeeringPolicy | undefined;
  gateway(name: string): Location & { readonly vnet: string; readonly address: Address };
}

/** Who sends into the fabric. */
export interface Sender {
  readonly node: string;
  readonly physical: Address;
  readonly mac: number;
  readonly vnet: string;
  readonly table: () => EffectiveTable;
  /** The sender is this gateway: what its own routes lead to is behind its tunnels. */
  readonly gateway?: string;
}

/** What becomes of a packet that a route was chosen for, where the sender has a part in it. */
export type Onward =
  | Action
  | { readonly do: 'tunnel'; readonly route: EffectiveRoute }
  /** To the Internet, where the sender must have a public address. */
  | { readonly do: 'internet' };

/** RFC 7348 section 5 wants a hash of the flow here; what it is decides nothing. tcpdump takes 49152 for another protocol. */
const ENTROPY_PORT = constant(61_440);

/** Looks the destination up in the sender's effective routes and sends the packet to where the next hop lives. */
export function route(fabric: Fabric, sender: Sender, packet: Packet, io: Io): Onward {
  const destination = ipOf(packet)!.dst;
  const table = sender.table();
  const chosen = table.lookup(destination, io.ask);
  io.note({
    type: 'routed',
    table: table.name,
    route: chosen && routeFact(chosen),
    rejected: () => table.rejected(destination, io.ask),
  });
  if (!chosen) return { do: 'drop', reason: 'route-missing' };
  assumeAbout(table, chosen, destination, io);
  switch (chosen.nextHopType) {
    case 'None':
      return {
        do: 'drop',
        reason: chosen.broken ?? 'route-none',
        at: chosen.at,
        ...(chosen.deallocated !== undefined && { note: `${chosen.deallocated} is deallocated` }),
      };
    case 'Internet':
      return { do: 'internet' };
    case 'VirtualNetworkServiceEndpoint':
      return { do: 'leave', towards: 'service endpoint', packet };
    case 'VnetLocal':
    case 'VNetPeering':
    case 'VNetGlobalPeering':
      return sendTo(fabric, sender, chosen.vnet ?? sender.vnet, destination, packet, io);
    case 'VirtualAppliance':
      return sendTo(fabric, sender, chosen.vnet ?? sender.vnet, constant(chosen.nextHopAddress!), packet, io);
    case 'VirtualNetworkGateway':
      return toGateway(fabric, sender, chosen, packet, io);
    default:
      return chosen.nextHopType satisfies never;
  }
}

function toGateway(fabric: Fabric, sender: Sender, chosen: EffectiveRoute, packet: Packet, io: Io): Onward {
  if (chosen.gateway === sender.gateway && chosen.gateway !== undefined)
    return { do: 'tunnel', route: chosen };
  const gateway = fabric.gateway(chosen.gateway!);
  return (
    crossing(fabric, sender, gateway.vnet, packet, io) ?? encapsulate(sender, gateway, undefined, packet, io)
  );
}

/** Sends to the owner of `address` in `vnet`, across a peering when that is another VNet than the sender's. */
function sendTo(fabric: Fabric, sender: Sender, vnet: string, address: Term, packet: Packet, io: Io): Action {
  const refused = crossing(fabric, sender, vnet, packet, io);
  if (refused) return refused;
  const location = io.ask.lookup(address, fabric.locations(vnet), undefined);
  if (!location) return { do: 'drop', reason: 'neighbour-missing' };
  if (location.isRegional === true && fabric.peering(sender.vnet, vnet)?.isGlobal === true)
    return { do: 'drop', reason: 'balancer-out-of-reach' };
  return encapsulate(sender, location, address, packet, io);
}

/**
 * What a peering refuses. allowForwardedTraffic is read on the receiving VNet's link, for packets whose source is not in the
 * VNet that they come from; traffic that a gateway forwards under gateway transit needs no permission.
 */
function crossing(fabric: Fabric, sender: Sender, to: string, packet: Packet, io: Io): Action | undefined {
  if (to === sender.vnet) return undefined;
  const near = fabric.peering(sender.vnet, to);
  const far = fabric.peering(to, sender.vnet);
  if (!near || !far) return { do: 'drop', reason: 'peering-not-connected', at: near?.at ?? far?.at };
  if (near.isDown)
    return { do: 'drop', reason: 'link-down', at: near.at, note: `peering ${sender.vnet}/${to}` };
  const closed = [near, far].find((side) => !side.allowVirtualNetworkAccess);
  if (closed) {
    io.note({ type: 'assumed', code: 'peering-access' });
    return { do: 'drop', reason: 'peering-access-denied', at: closed.at };
  }
  if (io.ask.within(ipOf(packet)!.src, fabric.space(sender.vnet), near.at)) return undefined;
  if (sender.gateway !== undefined && far.hasGatewayTransit) return undefined;
  if (!near.allowForwardedTraffic || !far.allowForwardedTraffic)
    io.note({ type: 'assumed', code: 'peering-forwarded' });
  return far.allowForwardedTraffic
    ? undefined
    : { do: 'drop', reason: 'peering-forwarded-denied', at: far.at };
}

/** Puts the underlay's headers around a packet and sends it out of the port `fabric`. */
export function encapsulate(
  sender: Pick<Sender, 'physical' | 'mac'>,
  to: Location,
  stands: Term | undefined,
  packet: Packet,
  io: Io,
): Action {
  const physical = constant(to.physical);
  const { owner, server } = to;
  if (stands) io.note({ type: 'resolved', address: stands, to: physical, form: 'address', owner, server });
  const headers: readonly Header[] = [
    { proto: 'ipv4', src: constant(sender.physical), dst: physical, ttl: constant(64) },
    { proto: 'udp', sport: ENTROPY_PORT, dport: constant(VXLAN_PORT) },
    { proto: 'vxlan', vni: constant(to.vni) },
    { proto: 'ethernet', src: constant(sender.mac), dst: constant(to.mac) },
  ];
  const outer = push(packet, ...headers);
  io.note({
    type: 'pushed',
    tunnel: 'vxlan',
    headers,
    octets: lengthOf(outer) - lengthOf(packet),
    ...(stands ? { stands } : {}),
  });
  return { do: 'send', port: 'fabric', packet: outer };
}

export interface Decapsulated {
  readonly packet: Packet;
  /** The inner frame's destination: which port of a host it is for. */
  readonly mac: Term;
}

/** Takes the underlay's headers off; undefined when the packet is not VXLAN. */
export function decapsulate(packet: Packet, io: Io): Decapsulated | undefined {
  const [, , vxlan, ethernet] = packet.headers;
  if (vxlan?.proto !== 'vxlan' || ethernet?.proto !== 'ethernet') return undefined;
  io.note({ type: 'popped', tunnel: 'vxlan', headers: packet.headers.slice(0, 4) });
  return { packet: pop(packet, 4), mac: ethernet.dst };
}

/** Says where a user route decided alone because the model, or the topology, withholds another row. */
function assumeAbout(table: EffectiveTable, chosen: EffectiveRoute, destination: Term, io: Io): void {
  if (chosen.source !== 'User') return;
  for (const { route: row, why } of table.inactive) {
    if (why !== 'remote-gateway-unused' && why !== 'none-route-removed') continue;
    if (!io.ask.within(destination, [row.prefix.first, row.prefix.last], row.at)) continue;
    if (why === 'remote-gateway-unused')
      io.note({ type: 'assumed', code: 'gateway-transit-unused', about: table.subnet });
    else if (chosen.nextHopType === 'VirtualNetworkGateway')
      io.note({ type: 'assumed', code: 'none-routes-removed' });
  }
}
