import type { Gateway, Subnet } from '../../kinds/declarations.ts';
import { gatewayRoutes } from '../../topology/gateway-routes.ts';
import type { Topology } from '../../topology/topology.ts';
import { contains, formatPrefix, type Prefix } from '../../value/prefix.ts';
import { below } from '../../walk/cite.ts';
import { partsAmong } from './probe-walk.ts';
import { ofTopology, type Found, type LintRule } from './rule.ts';
import { areTranslators, nicsBySubnet, sampleOf, steerings, winner, within } from './steering.ts';

export const routePropagation: LintRule = {
  code: 'route-propagation',
  severity: 'error',
  summary:
    'gateway routes are kept from a subnet that needs them, or reach one that is to go by an appliance',
  condition:
    'disableBgpRoutePropagation is on at a GatewaySubnet. Or it is on at a subnet that is to reach on-premises (the GatewaySubnet steers its packets to an appliance, it is that appliance’s subnet, or its whole VNet uses the gateway in vain), and no other route carries what the gateway has learned. Or it is off at a subnet to which the GatewaySubnet steers packets through an appliance that keeps the source, and gateway routes take the answers past it.',
  harm: 'Answers to on-premises are dropped for want of a route, or go past the appliance that has the state.',
  bad: `routeTables:
  rt-nva: { disableBgpRoutePropagation: true } # at the subnet of the appliance`,
  good: `routeTables:
  rt-nva: { disableBgpRoutePropagation: false }`,
  source:
    'Microsoft Learn: "Virtual network traffic routing", border gateway protocol; "VPN gateway settings", GatewaySubnet',
  check: (topology) => [
    ...[...topology.declared.gateways.values()].flatMap((gateway) => atGateway(topology, gateway)),
    ...[...topology.declared.subnets.values()].flatMap((subnet) => atSubnet(topology, subnet)),
  ],
};

const isOff = ({ declared }: Topology, { routeTable }: Subnet): boolean =>
  declared.routeTables.get(routeTable ?? '')?.disableBgpRoutePropagation === true;

function atGateway(topology: Topology, { subnet: id, name }: Gateway): readonly Found[] {
  const subnet = topology.declared.subnets.get(id);
  if (!subnet || !isOff(topology, subnet)) return [];
  return [foundOf(topology, subnet, name, 'gateway', [])];
}

function atSubnet(topology: Topology, subnet: Subnet): readonly Found[] {
  const { declared } = topology;
  if (!nicsBySubnet(topology).has(subnet.id)) return [];
  const vnet = declared.vnets.get(subnet.vnet);
  const offered = vnet ? gatewayRoutes(vnet, declared).filter(({ withheld }) => withheld === undefined) : [];
  const names = new Set(offered.flatMap(({ route }) => route.gateway ?? []));
  return [...names].flatMap((name): readonly Found[] => {
    const gateway = declared.gateways.get(name);
    if (!gateway || gateway.subnet === subnet.id) return [];
    const prefixes = offered.flatMap(({ route }) => (route.gateway === name ? [route.prefix] : []));
    if (isOff(topology, subnet)) {
      const lost = prefixes.filter((prefix) => !isCarried(topology, subnet, prefix));
      const isFound = lost.length > 0 && isMeant(topology, subnet, gateway, lost);
      return isFound ? [foundOf(topology, subnet, name, 'off', lost)] : [];
    }
    const past = prefixes.filter((prefix) => winner(topology, subnet.id, within(prefix))?.gateway === name);
    const isPast = past.length > 0 && isSteered(topology, subnet, gateway, past[0]!);
    return isPast ? [foundOf(topology, subnet, name, 'past', past)] : [];
  });
}

/** Whether some route but to nowhere or the Internet takes packets for the prefix; None of the user's is meant. */
function isCarried(topology: Topology, subnet: Subnet, prefix: Prefix): boolean {
  const route = winner(topology, subnet.id, within(prefix));
  if (route?.source === 'User') return true;
  return route !== undefined && route.nextHopType !== 'None' && route.nextHopType !== 'Internet';
}

const isMeant = (topology: Topology, subnet: Subnet, gateway: Gateway, lost: readonly Prefix[]): boolean =>
  winner(topology, gateway.subnet, sampleOf(topology, subnet))?.nextHopType === 'VirtualAppliance' ||
  homesOf(topology).get(gateway.subnet)?.has(subnet.id) === true ||
  isWholeVnet(topology, subnet, lost);

/** Subnets of the appliances to which a subnet steers. */
const homesOf = ofTopology((topology) => {
  const homes = new Map<string, Set<string>>();
  for (const { subnet, nics } of steerings(topology))
    for (const nic of nics) homes.set(subnet.id, (homes.get(subnet.id) ?? new Set()).add(nic.subnet));
  return homes;
});

/** Whether no subnet with machines of its VNet reaches any of these prefixes. */
function isWholeVnet(topology: Topology, { vnet }: Subnet, lost: readonly Prefix[]): boolean {
  const subnets = [...(topology.declared.vnets.get(vnet)?.subnets.values() ?? [])];
  return subnets
    .filter(({ id }) => nicsBySubnet(topology).has(id))
    .every((one) => lost.every((prefix) => !isCarried(topology, one, prefix)));
}

/** Whether packets from on-premises come by an appliance elsewhere, and answers do not go by it. */
function isSteered(topology: Topology, subnet: Subnet, gateway: Gateway, prefix: Prefix): boolean {
  const address = sampleOf(topology, subnet);
  const route = winner(topology, gateway.subnet, address);
  const steering = steerings(topology).find(
    (one) =>
      one.subnet.id === gateway.subnet && one.route.at === route?.at && contains(one.route.prefix, address),
  );
  if (!steering || steering.nics.some((nic) => nic.subnet === subnet.id)) return false;
  const appliances = new Set(steering.nics.map(({ node }) => node));
  const flow = { src: within(prefix), dst: address, port: 443 };
  return partsAmong(topology, flow, appliances) ?? !areTranslators(topology, steering.nics);
}

function foundOf(
  { declared }: Topology,
  subnet: Subnet,
  gateway: string,
  what: string,
  prefixes: readonly Prefix[],
): Found {
  const table = declared.routeTables.get(subnet.routeTable ?? '');
  return {
    at: table ? below(table.at, 'disableBgpRoutePropagation') : subnet.at,
    about: {
      what,
      subnet: subnet.id,
      gateway,
      prefixes: prefixes.slice(0, 8).map(formatPrefix).join(', '),
      ...(table && { table: table.name }),
    },
    related: [{ what: 'the gateway', at: declared.gateways.get(gateway)!.at }],
  };
}
