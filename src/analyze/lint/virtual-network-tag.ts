import type { Nic, SecurityGroup, SecurityRule, Subnet } from '../../kinds/declarations.ts';
import type { Topology } from '../../topology/topology.ts';
import { minus, range, type IntegerSet } from '../../value/integer-set.ts';
import { ofTopology, type Found, type LintRule } from './rule.ts';
import { nicsBySubnet } from './steering.ts';

export const virtualNetworkTag: LintRule = {
  code: 'virtual-network-tag',
  severity: 'warning',
  summary: 'a default route puts the Internet into the tag VirtualNetwork',
  condition:
    'A subnet has a user route for 0.0.0.0/0, and a network security group of it or of its NICs has an inbound rule that allows VirtualNetwork, with none before it that denies the Internet the same. Or a NIC there has a public address or is a member of a public load balancer, and its groups have no inbound rule that allows anything or denies the Internet: AllowVnetInBound lets it in.',
  harm: 'The tag holds every prefix of the subnet’s user routes, so rules that are meant for the VNet allow every address there is.',
  bad: `- { name: from-vnet, priority: 100, direction: Inbound, access: Allow, sourceAddressPrefix: VirtualNetwork }`,
  good: `- { name: from-vnet, priority: 100, direction: Inbound, access: Allow, sourceAddressPrefix: 10.0.0.0/8 }
- { name: no-internet, priority: 4000, direction: Inbound, access: Deny, sourceAddressPrefix: Internet }`,
  source:
    'Microsoft Learn: "Virtual network service tags", VirtualNetwork: "prefixes used on user-defined routes"',
  check: (topology) =>
    [...topology.declared.subnets.values()].flatMap((subnet) => {
      const route = defaultRoute(topology, subnet);
      return route === undefined ? [] : atSubnet(topology, subnet, route);
    }),
};

const defaultRoute = ({ declared }: Topology, { routeTable }: Subnet): string | undefined =>
  declared.routeTables
    .get(routeTable ?? '')
    ?.routes.find(
      ({ prefixes, serviceTag }) => serviceTag === undefined && prefixes.some(({ length }) => length === 0),
    )?.at;

function atSubnet(topology: Topology, subnet: Subnet, route: string): readonly Found[] {
  const { securityGroups } = topology.declared;
  const nics = nicsBySubnet(topology).get(subnet.id) ?? [];
  const names = new Set([subnet.networkSecurityGroup, ...nics.map((nic) => nic.networkSecurityGroup)]);
  const groups = [...names].flatMap((name) => securityGroups.get(name ?? '') ?? []);
  const related = [{ what: 'the default route', at: route }];
  const written = groups.flatMap((group) =>
    openRules(group).map((rule): Found => ({
      at: rule.at ?? group.at,
      about: { what: 'rule', group: group.name, rule: rule.name, subnet: subnet.id },
      related,
    })),
  );
  const exposed = nics.filter((nic) => isExposed(topology, nic));
  const implied = groups.flatMap((group): readonly Found[] => {
    const nic = exposed.find((one) => isOf(group, one, subnet));
    const isOpen = nic && !group.rules.some((rule) => isInbound(rule, 'Allow') || isClosing(rule));
    const about = {
      what: 'default',
      group: group.name,
      rule: 'AllowVnetInBound',
      subnet: subnet.id,
      nic: nic?.id ?? '',
    };
    return isOpen && written.length === 0 ? [{ at: group.at, about, related }] : [];
  });
  return [...written, ...implied];
}

const isOf = ({ name }: SecurityGroup, nic: Nic, subnet: Subnet): boolean =>
  nic.networkSecurityGroup === name || subnet.networkSecurityGroup === name;

const isInbound = ({ direction, access }: SecurityRule, wanted: SecurityRule['access']): boolean =>
  direction === 'Inbound' && access === wanted;

/** Rules that allow VirtualNetwork what nothing before them denies the Internet. */
const openRules = ({ rules }: SecurityGroup): readonly SecurityRule[] =>
  rules.filter(
    (rule, i) =>
      isInbound(rule, 'Allow') &&
      rule.source.tags.includes('VirtualNetwork') &&
      !rules.slice(0, i).some((one) => isInbound(one, 'Deny') && holdsInternet(one) && isWithin(rule, one)),
  );

const holdsInternet = ({ source: { prefixes, tags, groups } }: SecurityRule): boolean =>
  prefixes.length + tags.length + groups.length === 0 ||
  tags.includes('Internet') ||
  prefixes.some(({ length }) => length === 0);

/** Whether what the one takes of protocols and ports the other takes too. */
const isWithin = (inner: SecurityRule, outer: SecurityRule): boolean =>
  isPart(inner.protocols ?? range(0, 255), outer.protocols) &&
  isPart(inner.destinationPorts ?? range(0, 65_535), outer.destinationPorts);

const isPart = (inner: IntegerSet, outer: IntegerSet | undefined): boolean =>
  outer === undefined || minus(inner, outer).length === 0;

const isClosing = (rule: SecurityRule): boolean =>
  isInbound(rule, 'Deny') && holdsInternet(rule) && isPart(range(0, 65_535), rule.destinationPorts);

const publicMembers = ofTopology(({ declared: { balancers } }) => {
  const rules = [...balancers.values()].flatMap(({ frontends, rules: all }) =>
    all.filter(({ frontend }) => frontends.has(frontend) && frontends.get(frontend)?.subnet === undefined),
  );
  return new Set(rules.flatMap(({ members }) => members()));
});

const isExposed = (topology: Topology, { id, publicAddresses }: Nic): boolean =>
  publicAddresses.length > 0 || publicMembers(topology).has(id);
