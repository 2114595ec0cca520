/** Service tags as addresses: those whose meaning depends on where they are used, and those that the topology states. */
import type { Declarations, Subnet, VirtualNetwork } from '../kinds/declarations.ts';
import { PUBLIC_SPACE } from '../mechanism/address-space.ts';
import { EMPTY, minus, rangesOf, setOf, type IntegerSet } from '../value/integer-set.ts';
import { prefix, type Prefix } from '../value/prefix.ts';
import { gatewayRoutes } from './gateway-routes.ts';
import { isConnected, peersOf } from './peers.ts';
import { remembered } from './remembered.ts';

const prefixes = (...texts: readonly string[]): Prefix[] => texts.map(prefix);

/** The host's own address, from which probes come, and the link-local one that probes IPv6. */
const PROBES = setOf(prefixes('168.63.129.16/32', 'fe80::1234:5678:9abc/128'));

const HOST = prefix('168.63.129.16/32');

/** The addresses of a tag at a subnet; a tag that nobody states has none. Microsoft, "Virtual network service tags". */
export function addressesOfTag(tag: string, subnet: Subnet, declarations: Declarations): IntegerSet {
  const vnet = declarations.vnets.get(subnet.vnet);
  if (!vnet) throw new Error(`no VNet ${subnet.vnet}`);
  switch (tag) {
    case 'VirtualNetwork':
      return virtualNetwork(subnet, declarations);
    case 'Internet':
      return internet(vnet, declarations);
    case 'AzureLoadBalancer':
      return PROBES;
    default:
      return setOf(declarations.serviceTags.get(tag) ?? []);
  }
}

/** The part of a tag that is in it only because user routes of the subnet name it; undefined if there is none. */
export const routedIntoTag = (
  tag: string,
  subnet: Subnet,
  declarations: Declarations,
): IntegerSet | undefined => (tag === 'VirtualNetwork' ? onlyRouted(subnet, declarations) : undefined);

const onlyRouted = remembered((subnet: Subnet, declarations): IntegerSet | undefined => {
  const vnet = declarations.vnets.get(subnet.vnet);
  const set = minus(
    setOf(routedPrefixes(subnet, declarations)),
    setOf(vnet ? joined(vnet, declarations) : []),
  );
  return rangesOf(set).length === 0 ? undefined : set;
});

const routedPrefixes = ({ routeTable }: Subnet, { routeTables }: Declarations): readonly Prefix[] =>
  (routeTable === undefined ? undefined : routeTables.get(routeTable))?.routes.flatMap(
    (route) => route.prefixes,
  ) ?? [];

/** The VNet and what it is joined to, and all that the subnet's user routes name: 0.0.0.0/0 too, which opens it to all. */
const virtualNetwork = remembered((subnet: Subnet, declarations) => {
  const vnet = declarations.vnets.get(subnet.vnet);
  return vnet ? setOf([...joined(vnet, declarations), ...routedPrefixes(subnet, declarations)]) : EMPTY;
});

/**
 * The same for all subnets: the VNet, its peers (unless its link denies access), what its gateway or the peer's that it
 * uses has learned, VNets behind that among it, and the host. That propagation is off on a subnet changes nothing here.
 */
const joined = remembered((vnet: VirtualNetwork, declarations): readonly Prefix[] => [
  ...vnet.addressPrefixes,
  ...peersOf(vnet, declarations).flatMap((peer) =>
    isConnected(peer) && peer.near.allowVirtualNetworkAccess ? peer.vnet.addressPrefixes : [],
  ),
  ...gatewayRoutes(vnet, declarations).flatMap(({ route, withheld }) => (withheld ? [] : [route.prefix])),
  HOST,
]);

/**
 * Public space outside the VNet and its connected peers. What user routes or gateways add to VirtualNetwork is not taken
 * out: a default route must not empty the tag, or a rule that denies the Internet would cease to deny.
 */
const internet = remembered((vnet: VirtualNetwork, declarations) =>
  minus(
    PUBLIC_SPACE,
    setOf([
      ...vnet.addressPrefixes,
      ...peersOf(vnet, declarations).flatMap((peer) => (isConnected(peer) ? peer.vnet.addressPrefixes : [])),
    ]),
  ),
);
