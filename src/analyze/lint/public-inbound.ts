/** Flows from the Internet that public addresses take in, and answers that do not come home. */
import type { Nic, SecurityRule } from '../../kinds/declarations.ts';
import type { Topology } from '../../topology/topology.ts';
import { has } from '../../value/integer-set.ts';
import type { Address } from '../../value/address.ts';
import type { Cite } from '../../walk/cite.ts';
import { everyWay, nodesOf, strangerFor } from './probe-walk.ts';
import { ofTopology } from './rule.ts';
import { nicsBySubnet, steerings, winner, within, type Steering } from './steering.ts';

/** An answer that a user route of the receiver's subnet leads to an appliance, and that does not come home. */
export interface Strayed {
  /** `lb-nva-pub/fip`, `vm-1/eth0`. */
  readonly entry: string;
  readonly entryAt: Cite;
  readonly dst: Address;
  readonly port: number;
  readonly receiver: string;
  readonly steering: Steering;
  /** Whether the question came by an appliance of the same pool: the answer went through another. */
  readonly isByAppliance: boolean;
}

interface Entry {
  readonly id: string;
  readonly at: Cite;
  readonly dst: Address;
  readonly port: number;
  readonly proto: number;
  readonly sources: readonly Address[];
}

export const strayed = ofTopology((topology): readonly Strayed[] => {
  const defaults = new Map(
    steerings(topology).flatMap((one) =>
      one.route.prefix.length === 0 ? [[one.subnet.id, one] as const] : [],
    ),
  );
  if (defaults.size === 0) return [];
  return [...byFrontends(topology), ...byNics(topology, defaults)].flatMap((entry) =>
    strayedOf(topology, entry, defaults),
  );
});

function strayedOf(
  topology: Topology,
  { id, at, dst, port, proto, sources }: Entry,
  defaults: ReadonlyMap<string, Steering>,
): readonly Strayed[] {
  for (const src of sources)
    for (const { walks } of everyWay(topology, { src, dst, port, proto })) {
      const [there, back] = walks.map(({ walk }) => walk);
      if (there?.verdict.outcome !== 'delivered' || back?.verdict.outcome === 'delivered') continue;
      const receiver = there.device.node;
      const subnet = subnetTowards(topology, receiver, src, defaults);
      const steering = defaults.get(subnet ?? '');
      if (!steering || steering.nics.some(({ node }) => node === receiver)) continue;
      const passed = nodesOf(there);
      const isByAppliance = steering.nics.some(({ node }) => passed.has(node));
      return [{ entry: id, entryAt: at, dst, port, receiver, steering, isByAppliance }];
    }
  return [];
}

/** The subnet of the receiver whose default route to an appliance takes the answer. */
const subnetTowards = (
  topology: Topology,
  node: string,
  src: Address,
  defaults: ReadonlyMap<string, Steering>,
): string | undefined =>
  topology.declared.machines
    .get(node)
    ?.nics.flatMap(({ subnet }) => subnet ?? [])
    .find((subnet) => {
      const route = defaults.get(subnet)?.route;
      return route !== undefined && winner(topology, subnet, src)?.at === route.at;
    });

const PROTOCOL = { Tcp: 6, Udp: 17 } as const;

const byFrontends = (topology: Topology): readonly Entry[] =>
  [...topology.declared.balancers.values()].flatMap(({ name, frontends, rules }) =>
    rules.flatMap((rule): readonly Entry[] => {
      const frontend = frontends.get(rule.frontend);
      if (!frontend || frontend.subnet !== undefined || rule.protocol === 'All') return [];
      if (rule.frontendPort === undefined) return [];
      return [
        {
          id: `${name}/${rule.frontend}`,
          at: rule.at,
          dst: frontend.address,
          port: rule.frontendPort,
          proto: PROTOCOL[rule.protocol],
          sources: [...hostsOf(topology), strangerFor(frontend.address)],
        },
      ];
    }),
  );

/** Machines on the Internet: appliances may translate for them alone. */
const hostsOf = ofTopology((topology): readonly Address[] =>
  [...topology.declared.machines.values()]
    .flatMap(({ nics }) => nics.filter(({ subnet }) => subnet === undefined))
    .flatMap(({ addresses }) => addresses.filter((one) => topology.isRouted(one)).slice(0, 1))
    .slice(0, 3),
);

const byNics = (topology: Topology, defaults: ReadonlyMap<string, Steering>): readonly Entry[] =>
  [...defaults.keys()].flatMap((subnet) =>
    (nicsBySubnet(topology).get(subnet) ?? []).flatMap((nic) =>
      nic.publicAddresses.flatMap((dst) =>
        openings(topology, nic).map(({ port, proto, source }): Entry => ({
          id: nic.id,
          at: nic.at,
          dst,
          port,
          proto,
          sources: [source ?? strangerFor(dst)],
        })),
      ),
    ),
  );

interface Opening {
  readonly port: number;
  readonly proto: number;
  readonly source: Address | undefined;
}

/** Rules that are looked at of one NIC. */
const MOST = 8;

/** What the rules of a NIC's groups let in, one flow a rule. */
function openings({ declared }: Topology, nic: Nic): readonly Opening[] {
  const names = [nic.networkSecurityGroup, declared.subnets.get(nic.subnet)?.networkSecurityGroup];
  const rules = names.flatMap((name) => declared.securityGroups.get(name ?? '')?.rules ?? []);
  return rules
    .filter(({ direction, access }) => direction === 'Inbound' && access === 'Allow')
    .slice(0, MOST)
    .map(openingOf);
}

function openingOf({ protocols, destinationPorts, source }: SecurityRule): Opening {
  const [prefix] = source.prefixes;
  return {
    port: Number(destinationPorts?.[0] ?? 443),
    proto: protocols === undefined || has(protocols, 6) ? 6 : 17,
    source: prefix === undefined || prefix.length === 0 ? undefined : within(prefix),
  };
}
