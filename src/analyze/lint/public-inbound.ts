/** Flows from the Internet that public addresses take in, and answers that do not come home. */
import type { Nic, SecurityRule } from '../../kinds/declarations.ts';
import type { Topology } from '../../topology/topology.ts';
import { has } from '../../value/integer-set.ts';
import type { Address } from '../../value/address.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Walk } from '../../walk/walk.ts';
import { everyWay, nodesOf, strangerFor } from './probe-walk.ts';
import { ofTopology } from './rule.ts';
import { nicsBySubnet, steerings, winner, within, type Steering } from './steering.ts';

/** A flow from the Internet whose answer does not come home. */
export interface Strayed {
  /** `lb-nva-pub/fip`, `vm-1/eth0`. */
  readonly entry: string;
  readonly entryAt: Cite;
  readonly dst: Address;
  readonly port: number;
  readonly receiver: string;
  /** The user route of the receiver's subnet that leads the answer to an appliance, if one does. */
  readonly steering: Steering | undefined;
  /** The appliance that the question came by and the answer did not. */
  readonly missed: string | undefined;
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
  return [...byFrontends(topology), ...byNics(topology, defaults)].flatMap((entry) =>
    strayedOf(topology, entry, defaults),
  );
});

type Defaults = ReadonlyMap<string, Steering>;

function strayedOf(topology: Topology, entry: Entry, defaults: Defaults): readonly Strayed[] {
  const { id, at, dst, port, proto, sources } = entry;
  for (const src of sources)
    for (const { walks } of everyWay(topology, { src, dst, port, proto })) {
      const [there, back] = walks.map(({ walk }) => walk);
      if (!there || !isIn(there) || back?.verdict.outcome === 'delivered') continue;
      const receiver = there.device.node;
      const steering = defaults.get(subnetTowards(topology, receiver, src, defaults) ?? '');
      if (steering?.nics.some(({ node }) => node === receiver)) continue;
      const missed = missedBy(topology, there, back);
      if (steering || missed !== undefined)
        return [{ entry: id, entryAt: at, dst, port, receiver, steering, missed }];
    }
  return [];
}

/** Delivered; or it would be, if the machine had a security group at all. */
const isIn = ({ verdict }: Walk): boolean =>
  verdict.outcome === 'delivered' ||
  (verdict.outcome === 'dropped' && verdict.reason === 'public-inbound-closed');

/** The machine between that the question came by, and the answer did not. */
function missedBy({ declared }: Topology, there: Walk, back: Walk | undefined): string | undefined {
  if (!back) return undefined;
  const home = nodesOf(back);
  const [first, ...others] = nodesOf(there);
  const isBetween = (node: string): boolean => declared.machines.has(node) && node !== there.device.node;
  return others.find((node) => node !== first && isBetween(node) && !home.has(node));
}

/** The subnet of the receiver whose default route to an appliance takes the answer. */
const subnetTowards = (
  topology: Topology,
  node: string,
  src: Address,
  defaults: Defaults,
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

/** What the rules of a NIC's groups let in, one flow a rule; without a group anything may be meant to come in. */
function openings({ declared }: Topology, nic: Nic): readonly Opening[] {
  const names = [nic.networkSecurityGroup, declared.subnets.get(nic.subnet)?.networkSecurityGroup];
  const groups = names.flatMap((name) => declared.securityGroups.get(name ?? '') ?? []);
  if (groups.length === 0) return [{ port: 443, proto: 6, source: undefined }];
  const rules = groups.flatMap((group) => group.rules);
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
