/** Routes that virtual network gateways give to VNets: what they learn from on-premises, and who may use it. */
import type { Declarations, Gateway, Peering, VirtualNetwork } from '../kinds/declarations.ts';
import type { EffectiveRoute } from '../mechanism/effective-route.ts';
import type { RejectedBecause } from '../walk/event.ts';
import { isInside, peersOf } from './peers.ts';
import { remembered, rememberedOnce } from './remembered.ts';

/** A gateway as a VNet sees it: its own, or a peer's. */
export interface GatewayInSight {
  readonly gateway: Gateway;
  /** Why its routes do not come here; undefined when they do. */
  readonly withheld: RejectedBecause | undefined;
}

/** A route as the gateway offers it. */
export interface OfferedRoute {
  readonly route: EffectiveRoute;
  readonly withheld: RejectedBecause | undefined;
}

const gatewaysByVnet = rememberedOnce(({ gateways }) => {
  const byVnet = new Map<string, Gateway[]>();
  for (const gateway of gateways.values()) {
    byVnet.set(gateway.vnet, [...(byVnet.get(gateway.vnet) ?? []), gateway]);
  }
  return byVnet;
});

/** The gateways of a VNet, then those of the peers it has linked; with its own it can only misuse those of others. */
const gatewaysInSight: (vnet: VirtualNetwork, declarations: Declarations) => readonly GatewayInSight[] =
  remembered((vnet, declarations) => {
    const byVnet = gatewaysByVnet(declarations);
    const own = (byVnet.get(vnet.name) ?? []).map((gateway) => ({ gateway, withheld: undefined }));
    const remote = peersOf(vnet, declarations).flatMap(({ vnet: { name }, near, far }) => {
      if (near === undefined || (own.length > 0 && !near.useRemoteGateways)) return [];
      const withheld = transitRefusal(near, far);
      return (byVnet.get(name) ?? []).map((gateway) => ({ gateway, withheld }));
    });
    return [...own, ...remote];
  });

/** Gateway transit needs the user's useRemoteGateways, the link of the other side and the owner's allowGatewayTransit. */
function transitRefusal(near: Peering, far: Peering | undefined): RejectedBecause | undefined {
  if (!near.useRemoteGateways) return 'remote-gateway-unused';
  if (far === undefined) return 'peering-not-connected';
  return far.allowGatewayTransit ? undefined : 'gateway-transit-not-allowed';
}

/** The gateway that packets of a VNet go to: its own, else a peer's that it uses. */
export const gatewayFor = (vnet: VirtualNetwork, declarations: Declarations): GatewayInSight | undefined => {
  const inSight = gatewaysInSight(vnet, declarations);
  return (
    inSight.find(({ withheld }) => withheld === undefined) ??
    inSight.find(({ withheld }) => withheld === 'peering-not-connected')
  );
};

/**
 * The routes of all gateways in sight. Azure refuses prefixes that equal a range of the gateway's VNet or lie inside
 * one (VPN gateway FAQ, BGP); those of the VNet itself are treated alike, for its own ranges win in any case.
 */
export const gatewayRoutes: (vnet: VirtualNetwork, declarations: Declarations) => readonly OfferedRoute[] =
  remembered((vnet, declarations) =>
    gatewaysInSight(vnet, declarations).flatMap(({ gateway, withheld }) => {
      const home = declarations.vnets.get(gateway.vnet) ?? vnet;
      return gateway.learned.map((prefix) => {
        const isRefused = isInside(prefix, home, declarations) || isInside(prefix, vnet, declarations);
        const route: EffectiveRoute = {
          prefix,
          nextHopType: 'VirtualNetworkGateway',
          gatewayAddress: gateway.publicAddress,
          source: 'VirtualNetworkGateway',
          vnet: gateway.vnet,
          gateway: gateway.name,
          at: gateway.at,
        };
        return { route, withheld: isRefused ? 'system-route-protected' : withheld };
      });
    }),
  );
