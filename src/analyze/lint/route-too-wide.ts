import type { Subnet } from '../../kinds/declarations.ts';
import type { EffectiveRoute } from '../../mechanism/effective-route.ts';
import type { Topology } from '../../topology/topology.ts';
import { contains, covers, formatPrefix } from '../../value/prefix.ts';
import type { Address } from '../../value/address.ts';
import { below } from '../../walk/cite.ts';
import { ofTopology, type Found, type LintRule } from './rule.ts';
import { isDirect, nicsBySubnet, sampleOf, steerings, winner, within, type Steering } from './steering.ts';

export const routeTooWide: LintRule = {
  code: 'route-too-wide',
  severity: 'error',
  summary: 'a user route to an appliance loses to more specific system routes',
  condition:
    'A user route to an appliance holds subnets with machines to which a longer system route (of the VNet or of a peering) leads without it, and either those subnets answer through an appliance, or the route carries nothing that the topology has.',
  harm: 'The longest prefix wins, whoever wrote it: the packets go past the appliance, and a stateful one that sees only the answers drops them.',
  bad: `routes: # in the GatewaySubnet; the spokes are 10.1.0.0/24 and 10.2.0.0/24
  - { name: to-spokes, addressPrefix: 10.0.0.0/8, nextHopType: VirtualAppliance, nextHopIpAddress: 10.0.1.6 }`,
  good: `routes:
  - { name: to-spoke1, addressPrefix: 10.1.0.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.0.1.6 }
  - { name: to-spoke2, addressPrefix: 10.2.0.0/24, nextHopType: VirtualAppliance, nextHopIpAddress: 10.0.1.6 }`,
  source:
    'Microsoft Learn: "Virtual network traffic routing", how Azure selects a route: the longest prefix match',
  check: (topology) =>
    steerings(topology).flatMap((steering): readonly Found[] => {
      const past = passedBy(topology, steering);
      if (past.length === 0) return [];
      const answering = past.filter(({ subnet }) => answersByAppliance(topology, subnet, steering));
      if (answering.length > 0) return [foundOf(steering, answering, 'answers')];
      return isUseless(topology, steering) ? [foundOf(steering, past, 'useless')] : [];
    }),
};

interface Passed {
  readonly subnet: Subnet;
  readonly by: EffectiveRoute;
}

/** Subnets with machines that the route holds and that a system route leads to. */
function passedBy(topology: Topology, { subnet: from, route, home }: Steering): readonly Passed[] {
  const { vnets } = topology.declared;
  const { active } = topology.effectiveTable(from.id);
  return active.flatMap((by) => {
    if (by.source !== 'Default' || !isDirect(by)) return [];
    if (by.prefix.length <= route.prefix.length || !covers(route.prefix, by.prefix)) return [];
    return [...(vnets.get(by.vnet ?? '')?.subnets.values() ?? [])].flatMap((subnet) => {
      const address = sampleOf(topology, subnet);
      const isOther = subnet.id !== from.id && subnet.id !== home && nicsBySubnet(topology).has(subnet.id);
      if (!isOther || !contains(by.prefix, address)) return [];
      return winner(topology, from.id, address)?.prefix === by.prefix ? [{ subnet, by }] : [];
    });
  });
}

const learnedAt = ofTopology(
  ({ declared }) => new Map([...declared.gateways.values()].map((one) => [one.subnet, one.learned])),
);

/** Who sends from a subnet: its machines, or behind a gateway those on-premises. */
const sendersOf = (topology: Topology, subnet: Subnet): readonly Address[] =>
  learnedAt(topology).get(subnet.id)?.map(within) ?? [sampleOf(topology, subnet)];

const answersByAppliance = (topology: Topology, subnet: Subnet, { subnet: from, home }: Steering): boolean =>
  subnet.id !== home &&
  sendersOf(topology, from).some(
    (sender) => winner(topology, subnet.id, sender)?.nextHopType === 'VirtualAppliance',
  );

/** Whether the route takes no packet to anything that the topology has; the Internet is always there. */
function isUseless(topology: Topology, { subnet: from, route }: Steering): boolean {
  const { subnets, sites, gateways } = topology.declared;
  if (route.prefix.length === 0) return false;
  const isCarried = (address: Address): boolean =>
    contains(route.prefix, address) && winner(topology, from.id, address)?.at === route.at;
  for (const subnet of subnets.values())
    if (nicsBySubnet(topology).has(subnet.id) && isCarried(sampleOf(topology, subnet))) return false;
  const others = [
    ...[...sites.values()].flatMap(({ prefixes }) => prefixes),
    ...[...gateways.values()].flatMap(({ learned }) => learned),
  ];
  return others.every((prefix) => !isCarried(within(prefix)));
}

function foundOf({ subnet, route }: Steering, passed: readonly Passed[], why: string): Found {
  const prefixes = [...new Set(passed.map(({ by }) => formatPrefix(by.prefix)))];
  return {
    at: below(route.at ?? '', 'addressPrefix'),
    about: {
      route: route.name ?? '',
      prefix: formatPrefix(route.prefix),
      subnet: subnet.id,
      prefixes: prefixes.join(', '),
      types: [...new Set(passed.map(({ by }) => by.nextHopType))].join(', '),
      subnets: passed
        .slice(0, 8)
        .map((one) => one.subnet.id)
        .join(', '),
      why,
    },
    related: passed
      .slice(0, 5)
      .map((one) => ({ what: `${one.subnet.id}, reached without it`, at: one.subnet.at })),
  };
}
