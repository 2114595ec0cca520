import type { Nic, Peering, VirtualNetwork } from '../../kinds/declarations.ts';
import { PrefixTable } from '../../mechanism/prefix-table.ts';
import type { Topology } from '../../topology/topology.ts';
import { covers } from '../../value/prefix.ts';
import { below } from '../../walk/cite.ts';
import { ofTopology, type Found, type LintRule } from './rule.ts';
import { areTranslators, isDirect, steerings, winner, within, type Steering } from './steering.ts';

export const peeringForwardedTraffic: LintRule = {
  code: 'peering-forwarded-traffic',
  severity: 'error',
  summary: 'a peering does not let in what an appliance forwards',
  condition:
    'A VNet’s link to the VNet of an appliance has allowForwardedTraffic off, and routes lead packets through that appliance to the VNet that are from neither of the two: its own subnets send there what is for elsewhere, so that answers come back that way, or subnets elsewhere and gateways send there what is for it, and the appliance keeps their source; or the subnet of an appliance sends to an appliance of the VNet.',
  harm: 'Packets over a peering whose source is not in the VNet that they come from are dropped. It is the receiving VNet’s link that decides.',
  bad: `vnets:
  spoke: { peerings: { hub: { useRemoteGateways: true } } }`,
  good: `vnets:
  spoke: { peerings: { hub: { useRemoteGateways: true, allowForwardedTraffic: true } } }`,
  source: 'Microsoft Learn: "Create, change, or delete a virtual network peering", allow forwarded traffic',
  check: (topology) =>
    [...topology.declared.vnets.values()].flatMap((vnet) =>
      [...vnet.peerings.values()].flatMap((near): readonly Found[] => {
        const hub = topology.declared.vnets.get(near.remote);
        if (near.allowForwardedTraffic || !hub?.peerings.has(vnet.name)) return [];
        const cause =
          answered(topology, vnet, hub) ?? forwarded(topology, vnet, hub) ?? passedOn(topology, vnet, hub);
        return cause ? [foundOf(vnet, near, cause)] : [];
      }),
    ),
};

type Lists = ReadonlyMap<string, readonly Steering[]>;

const listedBy = (key: (one: Steering) => string): ((topology: Topology) => Lists) =>
  ofTopology((topology) => {
    const lists = new Map<string, Steering[]>();
    for (const one of steerings(topology)) {
      const list = lists.get(key(one));
      if (list) list.push(one);
      else lists.set(key(one), [one]);
    }
    return lists;
  });

/** By the VNet of the appliance, and by the VNet that sends. */
const byVnet = listedBy((one) => one.vnet);
const own = listedBy((one) => one.subnet.vnet);

/** A route of the VNet to an appliance of the hub, for more than is in the hub: the answers have foreign sources. */
const answered = (topology: Topology, vnet: VirtualNetwork, hub: VirtualNetwork): Steering | undefined =>
  own(topology)
    .get(vnet.name)
    ?.find(
      (one) => one.vnet === hub.name && !hub.addressPrefixes.some((range) => covers(range, one.route.prefix)),
    );

const tables = ofTopology(
  (topology) =>
    new Map(
      [...byVnet(topology)].map(([vnet, list]) => [
        vnet,
        new PrefixTable(list.map((one) => [one.route.prefix, one])),
      ]),
    ),
);

/** A route elsewhere, or of the hub's gateway, that leads to the VNet by an appliance of the hub. */
function forwarded(topology: Topology, vnet: VirtualNetwork, hub: VirtualNetwork): Steering | undefined {
  const gateways = new Set([...topology.declared.gateways.values()].map((one) => one.subnet));
  for (const range of vnet.addressPrefixes) {
    const address = within(range);
    const found = (tables(topology).get(hub.name)?.covering(address) ?? []).find(
      ({ subnet, route, home, nics }) =>
        subnet.vnet !== vnet.name &&
        (subnet.vnet !== hub.name || gateways.has(subnet.id)) &&
        winner(topology, subnet.id, address)?.at === route.at &&
        isDirect(winner(topology, home, address)) &&
        !areTranslators(topology, nics),
    );
    if (found) return found;
  }
  return undefined;
}

/** NICs of appliances, by their subnet. */
const homes = ofTopology((topology) => {
  const nics = new Map<string, Nic[]>();
  for (const nic of new Set(steerings(topology).flatMap((one) => one.nics)))
    nics.set(nic.subnet, [...(nics.get(nic.subnet) ?? []), nic]);
  return nics;
});

/** A route of an appliance's subnet in the hub to another appliance, in the VNet: what it sends there began elsewhere. */
const passedOn = (topology: Topology, vnet: VirtualNetwork, hub: VirtualNetwork): Steering | undefined =>
  own(topology)
    .get(hub.name)
    ?.find(({ vnet: to, subnet }) => {
      const senders = homes(topology).get(subnet.id);
      return to === vnet.name && senders !== undefined && !areTranslators(topology, senders);
    });

const foundOf = (
  vnet: VirtualNetwork,
  near: Peering,
  { subnet, route, frontend, nics }: Steering,
): Found => ({
  at: below(near.at, 'allowForwardedTraffic'),
  about: {
    vnet: vnet.name,
    remote: near.remote,
    appliance: frontend ?? nics[0]?.id ?? '',
    subnet: subnet.id,
    route: route.name ?? '',
  },
  related: route.at === undefined ? [] : [{ what: 'the route to the appliance', at: route.at }],
});
