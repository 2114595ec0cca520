import type { Peering, VirtualNetwork } from '../../kinds/declarations.ts';
import { below } from '../../walk/cite.ts';
import type { Found, LintRule } from './rule.ts';

/** The other half, useRemoteGateways without allowGatewayTransit, Azure refuses and so does reading. */
export const gatewayTransitHalfSet: LintRule = {
  code: 'gateway-transit-half-set',
  severity: 'warning',
  summary: 'gateway transit is allowed and not used',
  condition:
    'A VNet with a gateway sets allowGatewayTransit on a link; the peer has no gateway and does not set useRemoteGateways on any link.',
  harm: 'The peer gets no routes to on-premises from the gateway, and the gateway does not announce the peer there; user routes may carry it all the same.',
  bad: `vnets:
  hub: { peerings: { spoke: { allowGatewayTransit: true } } }
  spoke: { peerings: { hub: {} } }`,
  good: `vnets:
  hub: { peerings: { spoke: { allowGatewayTransit: true } } }
  spoke: { peerings: { hub: { useRemoteGateways: true } } }`,
  source: 'Microsoft Learn: "Configure VPN gateway transit for virtual network peering"',
  check(topology) {
    const { vnets, gateways } = topology.declared;
    const owners = new Map([...gateways.values()].map((gateway) => [gateway.vnet, gateway]));
    return [...vnets.values()].flatMap((hub) => {
      const gateway = owners.get(hub.name);
      if (!gateway) return [];
      return [...hub.peerings.values()].flatMap((near): readonly Found[] => {
        const peer = vnets.get(near.remote);
        const far = peer?.peerings.get(hub.name);
        if (!peer || !far || !isHalf(near, far, peer) || owners.has(peer.name)) return [];
        return [
          {
            at: below(far.at, 'useRemoteGateways'),
            about: { vnet: peer.name, remote: hub.name, gateway: gateway.name },
            related: [{ what: 'the link that allows it', at: below(near.at, 'allowGatewayTransit') }],
          },
        ];
      });
    });
  },
};

const isHalf = (near: Peering, far: Peering, peer: VirtualNetwork): boolean =>
  near.allowGatewayTransit &&
  !far.useRemoteGateways &&
  [...peer.peerings.values()].every((one) => !one.useRemoteGateways);
