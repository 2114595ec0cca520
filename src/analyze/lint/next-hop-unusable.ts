import { formatAddress } from '../../value/address.ts';
import { formatPrefix } from '../../value/prefix.ts';
import { addressMap } from '../../topology/address-map.ts';
import type { EffectiveRoute } from '../../mechanism/effective-route.ts';
import type { Topology } from '../../topology/topology.ts';
import { below } from '../../walk/cite.ts';
import type { Found, LintRule } from './rule.ts';
import { rulesOf, steerings } from './steering.ts';

export const nextHopUnusable: LintRule = {
  code: 'next-hop-unusable',
  severity: 'error',
  summary: 'a user route leads to what cannot take packets',
  condition:
    'A route of a table that a subnet has names an address that no NIC and no internal frontend in reach owns (of the subnet’s VNet and its peers), a gateway where none is in sight, or VnetLocal for a prefix outside the VNet; or a frontend that has rules and no HA-ports rule. A machine that is deallocated is let pass.',
  harm: 'The route stays in force and its packets are dropped: there is no fall-through to a shorter route.',
  bad: `routes:
  - { name: to-nva, addressPrefix: 10.2.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.0.1.66 }`,
  good: `routes:
  - { name: to-nva, addressPrefix: 10.2.0.0/16, nextHopType: VirtualAppliance, nextHopIpAddress: 10.0.1.6 } # ilb-hub/fip`,
  source: 'Microsoft Learn: "Virtual network traffic routing", next hop types; measured: effective type None',
  check: (topology) => [
    ...steerings(topology).flatMap(({ subnet, route, frontend }): readonly Found[] => {
      const isGateway = frontend === undefined || rulesOf(topology, frontend).length === 0;
      if (isGateway || rulesOf(topology, frontend).some(({ protocol }) => protocol === 'All')) return [];
      const about = {
        what: 'no-ha-ports',
        route: route.name ?? '',
        prefix: formatPrefix(route.prefix),
        subnet: subnet.id,
        nextHop: formatAddress(route.nextHopAddress),
        owner: frontend,
      };
      return [{ at: below(route.at ?? '', 'nextHopIpAddress'), about }];
    }),
    ...[...topology.declared.subnets.values()].flatMap((subnet) =>
      subnet.routeTable === undefined
        ? []
        : topology
            .effectiveTable(subnet.id)
            .active.filter((route) => route.source === 'User' && route.broken !== undefined)
            .filter((route) => route.deallocated === undefined && !isHalfPeered(topology, subnet.vnet, route))
            .map((route) => foundOf(topology, subnet.id, route)),
    ),
  ],
};

/** The VNet that has the address is linked from one side: that is a finding of its own. */
const isHalfPeered = ({ declared }: Topology, vnet: string, { broken }: EffectiveRoute): boolean =>
  broken === 'peering-not-connected' &&
  [...declared.vnets.values()].some(
    (one) => one.peerings.has(vnet) !== (declared.vnets.get(vnet)?.peerings.has(one.name) ?? false),
  );

function foundOf({ declared }: Topology, subnet: string, route: EffectiveRoute): Found {
  const { nextHopAddress: address, name = '', prefix, at = '' } = route;
  const home =
    address === undefined
      ? undefined
      : [...declared.vnets.keys()].flatMap((vnet) => addressMap(declared).owner(vnet, address) ?? [])[0];
  const declaredType = declared.routeTables
    .get(declared.subnets.get(subnet)?.routeTable ?? '')
    ?.routes.find((one) => one.at === at)?.nextHopType;
  return {
    at: below(at, address === undefined ? 'nextHopType' : 'nextHopIpAddress'),
    about: {
      route: name,
      prefix: formatPrefix(prefix),
      subnet,
      nextHop: address === undefined ? String(declaredType) : formatAddress(address),
      ...(home && { owner: home.id, vnet: home.subnet.split('/')[0]! }),
    },
    ...(home && { related: [{ what: 'who has the address', at: home.nic?.at ?? home.service?.at ?? '' }] }),
  };
}
