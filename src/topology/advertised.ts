/** What a gateway tells its connections: Microsoft, "About BGP with VPN gateway". */
import type { Prefix } from '../value/prefix.ts';
import type { Declarations, Gateway } from '../kinds/declarations.ts';

/** The ranges of the gateway's VNet, and of the VNets that use it by gateway transit. */
export function advertisedBy(gateway: Gateway | undefined, declarations: Declarations): readonly Prefix[] {
  const hub = gateway && declarations.vnets.get(gateway.vnet);
  if (!hub) return [];
  const users = [...hub.peerings.values()].flatMap((peering) => {
    const spoke = declarations.vnets.get(peering.remote);
    return peering.allowGatewayTransit && spoke?.peerings.get(hub.name)?.useRemoteGateways === true
      ? [spoke]
      : [];
  });
  return [hub, ...users].flatMap((vnet) => vnet.addressPrefixes);
}
