/** User routes that send a subnet's packets to appliances: who sends what to whom. */
import type { BalancingRule, MachineDeclaration, Nic, Subnet } from '../../kinds/declarations.ts';
import type { EffectiveRoute } from '../../mechanism/effective-route.ts';
import { addressMap } from '../../topology/address-map.ts';
import type { Topology } from '../../topology/topology.ts';
import type { Address } from '../../value/address.ts';
import { contains, type Prefix } from '../../value/prefix.ts';
import { constant } from '../../value/term.ts';
import { concretely } from '../../walk/concrete.ts';
import { ofTopology } from './rule.ts';

/** A user route in force at a subnet whose next hop is an appliance that can be reached. */
export interface Steering {
  readonly subnet: Subnet;
  readonly route: EffectiveRoute & { readonly nextHopAddress: Address };
  /** The VNet and subnet of the next hop. */
  readonly vnet: string;
  readonly home: string;
  /** `ilb-hub/fip`, where the next hop is a load balancer's. */
  readonly frontend: string | undefined;
  /** The NICs that take the packets. */
  readonly nics: readonly Nic[];
}

const ASK = concretely();

/** The route that a subnet's packets to an address take. */
export const winner = (topology: Topology, subnet: string, address: Address): EffectiveRoute | undefined =>
  topology.effectiveTable(subnet).lookup(constant(address), ASK);

/** Whether that route hands the packet to where it belongs, past all appliances. */
export const isDirect = (route: EffectiveRoute | undefined): boolean =>
  route?.nextHopType === 'VnetLocal' ||
  route?.nextHopType === 'VNetPeering' ||
  route?.nextHopType === 'VNetGlobalPeering';

export const steerings = ofTopology((topology): readonly Steering[] =>
  [...topology.declared.subnets.values()].flatMap((subnet) =>
    subnet.routeTable === undefined
      ? []
      : topology.effectiveTable(subnet.id).active.flatMap((route) => steeringOf(topology, subnet, route)),
  ),
);

function steeringOf(topology: Topology, subnet: Subnet, route: EffectiveRoute): readonly Steering[] {
  const { nextHopAddress, vnet } = route;
  if (route.nextHopType !== 'VirtualAppliance' || nextHopAddress === undefined || vnet === undefined)
    return [];
  const owner = addressMap(topology.declared).owner(vnet, nextHopAddress);
  if (!owner) return [];
  const frontend = owner.service?.id;
  const nics = owner.nic ? [owner.nic] : membersBehind(topology, owner.service?.id);
  return [{ subnet, route: { ...route, nextHopAddress }, vnet, home: owner.subnet, frontend, nics }];
}

const rulesByFrontend = ofTopology(({ declared }): ReadonlyMap<string, readonly BalancingRule[]> => {
  const rules = new Map<string, BalancingRule[]>();
  for (const balancer of declared.balancers.values())
    for (const rule of balancer.rules) {
      const id = `${balancer.name}/${rule.frontend}`;
      rules.set(id, [...(rules.get(id) ?? []), rule]);
    }
  return rules;
});

/** Rules of a frontend, as `ilb-hub/fip`. */
export const rulesOf = (topology: Topology, frontend: string): readonly BalancingRule[] =>
  rulesByFrontend(topology).get(frontend) ?? [];

/** The members to which a frontend gives what routes send to it. */
function membersBehind(topology: Topology, frontend: string | undefined): readonly Nic[] {
  const rules = rulesOf(topology, frontend ?? '').filter(({ protocol }) => protocol === 'All');
  return rules.flatMap((rule) => rule.members().flatMap((id) => topology.declared.nics.get(id) ?? []));
}

/** What of its packets' addresses a machine's IPv4 or IPv6 rules translate. */
export const translates = (
  machine: MachineDeclaration | undefined,
  kinds: readonly ('snat' | 'masquerade' | 'netmap' | 'dnat' | 'redirect')[],
): boolean =>
  [machine?.linux.rulesets[4], machine?.linux.rulesets[6]].some((ruleset) =>
    [...(ruleset?.tables.get('nat')?.chains.values() ?? [])].some((chain) =>
      chain.rules.some(
        ({ target }) => target.do === 'translate' && kinds.some((kind) => kind === target.kind),
      ),
    ),
  );

/** Whether every one of these NICs is of a machine that gives packets its own address. */
export const areTranslators = ({ declared }: Topology, nics: readonly Nic[]): boolean =>
  nics.length > 0 &&
  nics.every(({ node }) => translates(declared.machines.get(node), ['snat', 'masquerade', 'netmap']));

/** An address of a prefix that could be a machine's. */
export const within = ({ first, last }: Prefix): Address =>
  first === last ? first : typeof first === 'number' ? Math.min(first + 4, Number(last)) : first + 4n;

/** A machine's address in the subnet, or else one that could be. */
export function sampleOf(topology: Topology, subnet: Subnet): Address {
  return nicsBySubnet(topology).get(subnet.id)?.[0]?.addresses[0] ?? within(subnet.addressPrefixes[0]!);
}

export const nicsBySubnet = ofTopology(({ declared }): ReadonlyMap<string, readonly Nic[]> => {
  const nics = new Map<string, Nic[]>();
  for (const nic of declared.nics.values()) {
    const list = nics.get(nic.subnet);
    if (list) list.push(nic);
    else nics.set(nic.subnet, [nic]);
  }
  return nics;
});

/** User routes to appliances in force at a subnet that hold an address which a system route takes straight to its place. */
export const wideRoutes = (
  topology: Topology,
  subnet: string,
  address: Address,
): readonly EffectiveRoute[] =>
  isDirect(winner(topology, subnet, address))
    ? topology
        .effectiveTable(subnet)
        .active.filter(
          (route) =>
            route.source === 'User' &&
            route.nextHopType === 'VirtualAppliance' &&
            contains(route.prefix, address),
        )
    : [];
