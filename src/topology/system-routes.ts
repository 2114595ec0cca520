/** The routes that Azure makes by itself for a subnet: its VNet, peerings, Internet, private space, service endpoints. */
import type { Declarations, Subnet, VirtualNetwork } from '../kinds/declarations.ts';
import type { EffectiveRoute } from '../mechanism/effective-route.ts';
import { PRIVATE_SPACE } from '../mechanism/address-space.ts';
import { familyOf } from '../value/address.ts';
import { ALL } from '../value/prefix.ts';
import { isConnected, isGlobal, peersOf, type Peer } from './peers.ts';
import { remembered } from './remembered.ts';

export const DEFAULT_ROUTE = ALL;

export interface PeeringRoute {
  readonly route: EffectiveRoute;
  readonly isConnected: boolean;
}

export const localRoutes = (vnet: VirtualNetwork): EffectiveRoute[] =>
  vnet.addressPrefixes.map((range) => ({
    prefix: range,
    nextHopType: 'VnetLocal',
    source: 'Default',
    vnet: vnet.name,
    at: vnet.at,
  }));

/** One row for each range of each peer. allowVirtualNetworkAccess does not decide here but where the packet crosses. */
export const peeringRoutes: (vnet: VirtualNetwork, declarations: Declarations) => readonly PeeringRoute[] =
  remembered((vnet, declarations) => peersOf(vnet, declarations).flatMap((peer) => routesToPeer(vnet, peer)));

function routesToPeer(vnet: VirtualNetwork, peer: Peer): PeeringRoute[] {
  const at = (peer.near ?? peer.far)?.at;
  return peer.vnet.addressPrefixes.map((range) => ({
    route: {
      prefix: range,
      nextHopType: isGlobal(vnet, peer.vnet) ? 'VNetGlobalPeering' : 'VNetPeering',
      source: 'Default',
      vnet: peer.vnet.name,
      ...(at === undefined ? {} : { at }),
    },
    isConnected: isConnected(peer),
  }));
}

/** The default route of IPv4 always, that of IPv6 where the VNet has a range of it. */
export function internetRoutes(vnet: VirtualNetwork): EffectiveRoute[] {
  const families = vnet.addressPrefixes.some(({ first }) => familyOf(first) === 6)
    ? ([4, 6] as const)
    : ([4] as const);
  return families.map((family) => ({
    prefix: DEFAULT_ROUTE[family],
    nextHopType: 'Internet',
    source: 'Default',
  }));
}

/**
 * Private space that Azure drops by default (virtual network traffic routing, "Default"). Real NICs list more such
 * rows, but the lists differ from one capture to the next; only the documented four are made here.
 */
export const noneRoutes: readonly EffectiveRoute[] = PRIVATE_SPACE.map((range) => ({
  prefix: range,
  nextHopType: 'None',
  source: 'Default',
}));

/** The prefixes of the services whose endpoints the subnet has. */
export const endpointRoutes = (subnet: Subnet, { serviceTags }: Declarations): EffectiveRoute[] =>
  subnet.serviceEndpoints
    .flatMap((tag) => serviceTags.get(tag) ?? [])
    .map((range) => ({
      prefix: range,
      nextHopType: 'VirtualNetworkServiceEndpoint',
      source: 'Default',
      at: subnet.at,
    }));
