import type { Topology } from '../../topology/topology.ts';
import { formatPrefix } from '../../value/prefix.ts';
import type { Address } from '../../value/address.ts';
import { below } from '../../walk/cite.ts';
import { partsAmong } from './probe-walk.ts';
import { oneWays, type OneWay } from './one-way.ts';
import { strayed, type Strayed } from './public-inbound.ts';
import { ofTopology, type Found, type LintRule } from './rule.ts';
import { areTranslators, sampleOf, steerings, winner, within, type Steering } from './steering.ts';

export const asymmetricAppliances: LintRule = {
  code: 'asymmetric-appliances',
  severity: 'error',
  summary: 'question and answer can go through different appliances',
  condition:
    'Two subnets send to each other through appliances, each by another next hop in one VNet (two frontends, two pools, or two machines), and down some branch a flow comes back by another machine than it went. Or a flow from the Internet comes by a public load balancer and an appliance to a machine whose answer does not come by that appliance, and not home: it has a default route to other ones, or the straight one. Or a subnet sends to another through an appliance and is answered straight, and the third packet of a connection is dropped at the appliance, which has not seen the second.',
  harm: 'Each frontend hashes for itself: with two appliances half of the flows come back through the one that has not seen them, and a stateful one drops them.',
  bad: `# spoke1: 10.2.0.0/24 to frontend 10.0.1.6; spoke2: 10.1.0.0/24 to frontend 10.0.1.7; both have [nva1/eth0, nva2/eth0]`,
  good: `# both to frontend 10.0.1.6, whose hash is the same both ways; or the appliances translate the source`,
  source:
    'Microsoft Learn: "High availability ports overview", flow symmetry; it holds for one frontend and pool, not across two',
  check(topology) {
    const pairs = [...byNextHop(topology).values()].flatMap((lists) => pairsOf([...lists.values()]));
    return [
      ...pairs.flatMap(([list, back]) => {
        const pair = canDiffer(list[0]!, back[0]!) ? facing(topology, list, back) : undefined;
        return pair && parts(topology, ...pair) ? [foundOf(pair)] : [];
      }),
      ...strayed(topology).flatMap((one) => ofPublic(topology, one)),
      ...oneWays(topology).map((one) => ofOneWay(topology, one)),
    ];
  },
};

/** Next hops of one VNet that are compared with one another. */
const MOST_HOPS = 64;

type Pair = readonly [readonly Steering[], readonly Steering[]];

const pairsOf = (lists: readonly (readonly Steering[])[]): readonly Pair[] => {
  const some = lists.slice(0, MOST_HOPS);
  return some.flatMap((list, i) => some.slice(i + 1).map((other): Pair => [list, other]));
};

/** Whether there and back are by different machines, down some branch; by configuration, where nothing can be walked. */
function parts(topology: Topology, there: Steering, back: Steering): boolean {
  const [src] = endsOf(topology, there);
  const [dst] = endsOf(topology, back);
  const appliances = new Set([...nodesOf(there), ...nodesOf(back)]);
  const walked = partsAmong(topology, { src: src!, dst: dst!, port: 443 }, appliances);
  if (walked !== undefined) return walked;
  // One behind the other: both see both directions.
  if (winner(topology, there.home, dst!)?.nextHopType === 'VirtualAppliance') return false;
  return !(areTranslators(topology, there.nics) && areTranslators(topology, back.nics));
}

const keyOf = ({ frontend, nics }: Steering): string => frontend ?? nics[0]?.id ?? '';

/** By the VNet of the next hop, and by the next hop. */
const byNextHop = ofTopology((topology) => {
  const vnets = new Map<string, Map<string, Steering[]>>();
  for (const one of steerings(topology).filter(({ nics }) => nics.length > 0)) {
    const lists = vnets.get(one.vnet) ?? new Map<string, Steering[]>();
    vnets.set(one.vnet, lists);
    const list = lists.get(keyOf(one));
    if (list) list.push(one);
    else lists.set(keyOf(one), [one]);
  }
  return vnets;
});

const nodesOf = ({ nics }: Steering): ReadonlySet<string> => new Set(nics.map(({ node }) => node));

const canDiffer = (a: Steering, b: Steering): boolean => new Set([...nodesOf(a), ...nodesOf(b)]).size > 1;

/** Subnets that are looked at of each next hop. */
const MOST = 16;

function facing(
  topology: Topology,
  there: readonly Steering[],
  back: readonly Steering[],
): readonly [Steering, Steering] | undefined {
  for (const a of there.slice(0, MOST))
    for (const b of back.slice(0, MOST))
      if (a.subnet.id !== b.subnet.id && leads(topology, a, b) && leads(topology, b, a)) return [a, b];
  return undefined;
}

/** Whether the route takes the packets of its subnet to somebody in the other's. */
const leads = (topology: Topology, from: Steering, to: Steering): boolean =>
  endsOf(topology, to).some((address) => winner(topology, from.subnet.id, address)?.at === from.route.at);

/** Whoever sends from a subnet: behind a gateway those on-premises. */
function endsOf(topology: Topology, { subnet }: Steering): readonly Address[] {
  const gateway = [...topology.declared.gateways.values()].find((one) => one.subnet === subnet.id);
  return gateway ? gateway.learned.map(within) : [sampleOf(topology, subnet)];
}

function ofOneWay({ declared }: Topology, { steering, to }: OneWay): Found {
  const { subnet, route } = steering;
  const table = declared.routeTables.get(to.routeTable ?? '');
  return {
    at: table ? below(table.at, 'routes') : to.at,
    about: {
      what: 'one-way',
      subnet: subnet.id,
      other: to.id,
      nextHop: keyOf(steering),
      prefix: subnet.addressPrefixes.map(formatPrefix).join(', '),
    },
    related: route.at === undefined ? [] : [{ what: 'the way there', at: route.at }],
  };
}

function ofPublic({ declared }: Topology, one: Strayed): readonly Found[] {
  const { entry, entryAt, receiver, steering, missed } = one;
  const machine = declared.machines.get(missed ?? '');
  if (missed === undefined || !machine) return [];
  const related = [{ what: 'the way in', at: entryAt }];
  if (!steering) {
    const about = { what: 'past', subnet: entry, other: receiver, nextHop: missed };
    return [{ at: below(machine.linux.at, 'iptables'), about, related }];
  }
  const about = {
    subnet: entry,
    other: receiver,
    nextHop: entry,
    otherHop: keyOf(steering),
    prefix: formatPrefix(steering.route.prefix),
    route: steering.route.name ?? '',
  };
  return [{ at: steering.route.at ?? '', about, related }];
}

const foundOf = ([there, back]: readonly [Steering, Steering]): Found => ({
  at: back.route.at ?? '',
  about: {
    subnet: there.subnet.id,
    other: back.subnet.id,
    nextHop: keyOf(there),
    otherHop: keyOf(back),
    prefix: formatPrefix(back.route.prefix),
    route: back.route.name ?? '',
  },
  related: there.route.at === undefined ? [] : [{ what: 'the route of the other side', at: there.route.at }],
});
