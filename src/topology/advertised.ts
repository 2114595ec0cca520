/** What a gateway tells its connections: Microsoft, "About BGP with VPN gateway". */
import type { Declared } from '../kinds/kind.ts';
import type { Connection } from '../kinds/premises.ts';
import { overlaps, type Prefix } from '../value/prefix.ts';

/**
 * The ranges of the gateway's VNet and of the VNets that use it by gateway transit, and what it has learned from its other
 * connections, except a default route and what overlaps those ranges.
 */
export function advertisedTo(connection: Connection | undefined, declared: Declared): readonly Prefix[] {
  const gateway = connection && declared.gateways.get(connection.gateway);
  const hub = gateway && declared.vnets.get(gateway.vnet);
  if (!hub) return [];
  const users = [...hub.peerings.values()].flatMap((peering) => {
    const spoke = declared.vnets.get(peering.remote);
    return peering.allowGatewayTransit && spoke?.peerings.get(hub.name)?.useRemoteGateways === true
      ? [spoke]
      : [];
  });
  const ranges = [hub, ...users].flatMap((vnet) => vnet.addressPrefixes);
  const learned = [...declared.connections.values()]
    .filter((one) => one.gateway === gateway.name && one.id !== connection.id)
    .flatMap((one) => one.prefixes ?? declared.sites.get(one.site)?.prefixes ?? [])
    .filter((prefix) => prefix.length > 0 && !ranges.some((range) => overlaps(range, prefix)));
  return [...ranges, ...learned];
}
