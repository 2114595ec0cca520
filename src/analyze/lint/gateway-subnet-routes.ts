import type { Gateway } from '../../kinds/declarations.ts';
import { formatAddress } from '../../value/address.ts';
import { formatPrefix } from '../../value/prefix.ts';
import type { Topology } from '../../topology/topology.ts';
import { below } from '../../walk/cite.ts';
import type { Found, LintRule } from './rule.ts';
import { isDirect, sampleOf, steerings, winner, wideRoutes, within, type Steering } from './steering.ts';

export const gatewaySubnetRoutes: LintRule = {
  code: 'gateway-subnet-routes',
  severity: 'error',
  summary: 'the gateway subnet has no routes to subnets that reach on-premises through an appliance',
  condition:
    'A subnet sends packets for a prefix that a gateway has learned to an appliance, which hands them to that gateway; the GatewaySubnet sends packets for that subnet straight to it, and no user route of it covers them.',
  harm: 'What comes from on-premises reaches the subnet past the appliance, and the answers go through it: a stateful appliance has never seen the flow, and drops them.',
  bad: `vnets:
  hub: { subnets: { GatewaySubnet: { addressPrefix: 10.0.0.0/24 } } }`,
  good: `vnets:
  hub: { subnets: { GatewaySubnet: { addressPrefix: 10.0.0.0/24, routeTable: rt-gateway } } }
routeTables:
  rt-gateway:
    routes:
      - { name: to-spoke1, addressPrefix: 10.1.0.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.0.1.6 }`,
  source:
    'Microsoft Learn: "Virtual network traffic routing"; labs: https://github.com/erjosito/azure-networking-lab',
  check: (topology) =>
    [...topology.declared.gateways.values()].flatMap((gateway): readonly Found[] => {
      const missing = bypassed(topology, gateway).filter(
        ({ subnet }) => wideRoutes(topology, gateway.subnet, sampleOf(topology, subnet)).length === 0,
      );
      return missing.length > 0 ? [foundOf(topology, gateway, missing)] : [];
    }),
};

/** Steerings to on-premises of subnets that the gateway reaches without an appliance, one a subnet. */
function bypassed(topology: Topology, gateway: Gateway): readonly Steering[] {
  const seen = new Set<string>();
  return steerings(topology).filter((steering) => {
    const { subnet, home } = steering;
    if (seen.has(subnet.id) || subnet.id === gateway.subnet || subnet.id === home) return false;
    if (!carriesTo(topology, steering, gateway)) return false;
    if (!isDirect(winner(topology, gateway.subnet, sampleOf(topology, subnet)))) return false;
    seen.add(subnet.id);
    return true;
  });
}

/** Whether the subnet's packets to something that the gateway has learned go by the appliance, and from there to the gateway. */
const carriesTo = (topology: Topology, { subnet, route, home }: Steering, gateway: Gateway): boolean =>
  gateway.learned.some((prefix) => {
    const address = within(prefix);
    const taken = winner(topology, subnet.id, address);
    return (
      taken?.at === route.at &&
      taken?.nextHopAddress === route.nextHopAddress &&
      winner(topology, home, address)?.gateway === gateway.name
    );
  });

function foundOf(topology: Topology, gateway: Gateway, missing: readonly Steering[]): Found {
  const { subnets, routeTables } = topology.declared;
  const subnet = subnets.get(gateway.subnet)!;
  const table = routeTables.get(subnet.routeTable ?? '');
  const prefixes = missing.map((one) => formatPrefix(one.subnet.addressPrefixes[0]!));
  return {
    at: table ? below(table.at, 'routes') : subnet.at,
    about: {
      gateway: gateway.name,
      subnet: gateway.subnet,
      subnets: missing.map((one) => one.subnet.id).join(', '),
      prefixes: [...new Set(prefixes)].join(', '),
      nextHop: formatAddress(missing[0]!.route.nextHopAddress),
      ...(table && { table: table.name }),
    },
    related: missing
      .slice(0, 5)
      .flatMap(({ route }) => (route.at === undefined ? [] : [{ what: 'the way there', at: route.at }])),
  };
}
