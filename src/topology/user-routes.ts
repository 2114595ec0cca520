/** User-defined routes as Azure programs them: with what their next hop amounts to in the subnet's VNet. */
import type { Declarations, RouteTable, UserRoute, VirtualNetwork } from '../kinds/declarations.ts';
import type { EffectiveRoute } from '../mechanism/effective-route.ts';
import type { Address } from '../value/address.ts';
import type { Prefix } from '../value/prefix.ts';
import { addressMap } from './address-map.ts';
import { gatewayFor } from './gateway-routes.ts';
import { isInside, placesInReach } from './peers.ts';

export interface ProgrammedUserRoute {
  readonly declared: UserRoute;
  readonly route: EffectiveRoute;
}

type NextHop = Pick<EffectiveRoute, 'nextHopType' | 'vnet' | 'gateway' | 'broken' | 'deallocated'>;

/** One row for each prefix; of rows with one prefix the one that wins comes first. */
export const userRoutes = (
  table: RouteTable | undefined,
  vnet: VirtualNetwork,
  declarations: Declarations,
): ProgrammedUserRoute[] =>
  (table?.routes ?? [])
    .toSorted((a, b) => tagRank(a.serviceTag) - tagRank(b.serviceTag))
    .flatMap((declared) =>
      declared.prefixes.map((prefix) => ({ declared, route: program(declared, prefix, vnet, declarations) })),
    );

/** An explicit prefix, then a regional tag, a global tag, AzureCloud of a region, AzureCloud (UDR overview). */
function tagRank(tag: string | undefined): number {
  if (tag === undefined) return 0;
  const isRegional = tag.includes('.');
  return tag.startsWith('AzureCloud') ? (isRegional ? 3 : 4) : isRegional ? 1 : 2;
}

function program(
  declared: UserRoute,
  prefix: Prefix,
  vnet: VirtualNetwork,
  declarations: Declarations,
): EffectiveRoute {
  const { name, nextHopAddress, at } = declared;
  return {
    prefix,
    source: 'User',
    name,
    ...(nextHopAddress === undefined ? {} : { nextHopAddress }),
    at,
    ...nextHop(declared, prefix, vnet, declarations),
  };
}

/**
 * A next hop that cannot take packets makes the row's type None, and the row stays in force: there is no fall-through
 * (measured for a deallocated appliance and for VnetLocal outside the VNet's own ranges).
 */
function nextHop(
  declared: UserRoute,
  prefix: Prefix,
  vnet: VirtualNetwork,
  declarations: Declarations,
): NextHop {
  const { nextHopType, nextHopAddress } = declared;
  switch (nextHopType) {
    case 'VirtualAppliance':
      return appliance(nextHopAddress, vnet, declarations);
    case 'VirtualNetworkGateway':
      return gateway(vnet, declarations);
    case 'VnetLocal':
      return isInside(prefix, vnet, declarations)
        ? { nextHopType, vnet: vnet.name }
        : { nextHopType: 'None', broken: 'route-next-hop-unknown' };
    case 'Internet':
    case 'None':
      return { nextHopType };
    default:
      return nextHopType satisfies never;
  }
}

/** The owner of the address in the VNet or a connected peer; one in a peer that is not connected says why it fails. */
function appliance(address: Address | undefined, vnet: VirtualNetwork, declarations: Declarations): NextHop {
  const places = address === undefined ? [] : placesInReach(vnet, declarations).covering(address);
  const owners = places.flatMap((place) => {
    const owner =
      address === undefined ? undefined : addressMap(declarations).owner(place.vnet.name, address);
    return owner ? [{ ...place, owner }] : [];
  });
  const usable = owners.filter(({ owner: { nic, service } }) =>
    nic ? !nic.deallocated : service?.isNextHop === true,
  );
  const reached = usable.find((place) => place.isConnected);
  if (reached) return { nextHopType: 'VirtualAppliance', vnet: reached.vnet.name };
  const off = owners.find(({ owner }) => owner.nic?.deallocated)?.owner.node;
  return {
    nextHopType: 'None',
    broken: usable.length > 0 ? 'peering-not-connected' : 'route-next-hop-unknown',
    ...(usable.length === 0 && off !== undefined && { deallocated: off }),
  };
}

function gateway(vnet: VirtualNetwork, declarations: Declarations): NextHop {
  const inSight = gatewayFor(vnet, declarations);
  if (!inSight) return { nextHopType: 'None', broken: 'route-next-hop-unknown' };
  if (inSight.withheld !== undefined) return { nextHopType: 'None', broken: 'peering-not-connected' };
  return { nextHopType: 'VirtualNetworkGateway', vnet: inSight.gateway.vnet, gateway: inSight.gateway.name };
}
