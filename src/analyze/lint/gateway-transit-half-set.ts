import type { Peering, VirtualNetwork } from '../../kinds/declarations.ts';
import type { Topology } from '../../topology/topology.ts';
import { below } from '../../walk/cite.ts';
import type { Found, LintRule } from './rule.ts';
import { winner, within } from './steering.ts';

/** The other half, useRemoteGateways without allowGatewayTransit, Azure refuses and so does reading. */
export const gatewayTransitHalfSet: LintRule = {
  code: 'gateway-transit-half-set',
  severity: 'warning',
  summary: 'gateway transit is allowed and not used',
  condition:
    'A VNet with a gateway sets allowGatewayTransit on a link; the peer has no gateway, does not set useRemoteGateways on its link, and no subnet of it reaches what the gateway has learned.',
  harm: 'The peer has no routes to on-premises, and the gateway does not announce the peer there.',
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
        if (reaches(topology, peer, gateway.learned)) return [];
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

/** Whether some route of the VNet leads to one of the prefixes: those of appliances carry as well as the gateway's own. */
const reaches = (
  topology: Topology,
  { subnets }: VirtualNetwork,
  learned: readonly Parameters<typeof within>[0][],
): boolean =>
  [...subnets.values()].some((subnet) =>
    learned.some((prefix) => {
      const type = winner(topology, subnet.id, within(prefix))?.nextHopType;
      return type !== undefined && type !== 'None' && type !== 'Internet';
    }),
  );
