/** Routes that routers tell one another: prefixes, and a host route for each machine that is at their place. */
import * as v from 'valibot';
import { familyOf, type Address } from '../value/address.ts';
import { contains, hostPrefix, type Prefix } from '../value/prefix.ts';
import type { LinuxRoute, NextHop } from '../mechanism/linux/route.ts';
import { below, type Cite } from '../walk/cite.ts';
import type { Declared, Programmed, Reading } from './kind.ts';
import { placeOf, type Announcement, type Neighbour } from './premises.ts';
import type { ReadInterface } from './routed-interface.ts';
import { asList, integer, oneOrMore } from './schema.ts';
import { readPrefixes } from './written.ts';

const announceSchema = v.strictObject({
  prefixes: oneOrMore('Prefixes that it has a way to.'),
  hostRoutes: v.optional(
    v.pipe(
      v.union([v.boolean(), v.array(v.string())]),
      v.description(
        'It also announces the addresses of machines that are at its place, of all or of those that are listed, as routes of their own: the longest prefix wins. Default false.',
      ),
    ),
    false,
  ),
  metric: v.optional(
    integer('Of two that announce the same prefix the lower is taken. Default 0.', 0, 65_535),
    0,
  ),
});

/** Keys of what speaks a routing protocol. */
export const announcementEntries = {
  announce: v.optional(
    v.pipe(announceSchema, v.description('What it tells the routers that learn from it.')),
  ),
  learnsFrom: v.optional(
    oneOrMore(
      'Routers and firewalls, each on a segment of its own, whose announcements are its routes; a static route of the same prefix goes before.',
    ),
  ),
};

type Config = v.InferOutput<v.StrictObjectSchema<typeof announcementEntries, undefined>>;

/** A static route goes before a learned one: Cisco's administrative distances, 1 and 20 of eBGP. */
const DISTANCE = 20;

/** Who learns, and by what interfaces. */
interface Learner {
  readonly node: string;
  readonly interfaces: readonly ReadInterface[];
}

/** Declares what the node announces, and whom it learns from. */
export function declareAnnouncement(learner: Learner, config: Config, at: Cite, reading: Reading): void {
  const { node } = learner;
  const { announce, learnsFrom } = config;
  if (announce) {
    const { hostRoutes, metric } = announce;
    const prefixes = readPrefixes(announce.prefixes, below(at, 'announce', 'prefixes'), reading);
    reading.announcement({
      node,
      prefixes: prefixes.map(({ value }) => value),
      hostRoutes,
      metric,
      at: below(at, 'announce'),
    });
  }
  reading.later(() => {
    const { announcements, nodes } = reading.declared;
    const machines = [...nodes].flatMap(([name, one]) => (one.isHost ? [name] : []));
    if (Array.isArray(announce?.hostRoutes))
      for (const [i, machine] of announce.hostRoutes.entries())
        reading.referIn(machines, 'machine', machine, below(at, 'announce', 'hostRoutes', i));
    for (const [i, peer] of asList(learnsFrom).entries()) {
      const place = Array.isArray(learnsFrom) ? below(at, 'learnsFrom', i) : below(at, 'learnsFrom');
      reading.referIn([...announcements.keys()], 'router that announces', peer, place);
      if (announcements.has(peer)) checkReach(learner, peer, place, reading);
    }
  });
}

function checkReach(learner: Learner, peer: string, at: Cite, reading: Reading): void {
  const { declared } = reading;
  const { node, interfaces } = learner;
  if (nextHops(learner, peer, declared).length > 0) return;
  if (interfaces.every((one) => stationsOf(peer, one, declared).length === 0))
    reading.report('value-invalid', at, `${peer} is on no segment of ${node}`);
  else
    reading.report(
      'value-invalid',
      at,
      `${peer} has no address on a network of ${node} that ${node} does not have too`,
      'add to addresses: of its interface on the segment of both',
    );
}

/** The routes that a node has from its peers, in the order of its peers; what has failed announces nothing any more. */
export const learnedRoutes = (
  learner: Learner,
  { learnsFrom }: Config,
  { declared, isUp }: Pick<Programmed, 'declared' | 'isUp'>,
): readonly LinuxRoute[] =>
  asList(learnsFrom).flatMap((peer) => {
    const announcement = declared.announcements.get(peer);
    if (!announcement) return [];
    const { prefixes, metric, at } = announcement;
    const hops = nextHops(learner, peer, declared, isUp);
    return [...prefixes, ...hostsOf(announcement, declared)].flatMap((prefix): LinuxRoute[] => {
      const hop = hops.find(({ via }) => familyOf(via) === familyOf(prefix.first));
      return hop ? [{ prefix, ...hop, type: 'unicast', metric: DISTANCE + metric, table: 'main', at }] : [];
    });
  });

/** Addresses of machines at the announcer's place. */
function hostsOf({ node, prefixes, hostRoutes }: Announcement, declared: Declared): readonly Prefix[] {
  const here = placeOf(node, declared)?.place;
  if (hostRoutes === false || here === undefined) return [];
  const isAnnounced = (name: string): boolean => hostRoutes === true || hostRoutes.includes(name);
  return [...declared.nodes].flatMap(([name, { addresses, isHost }]) =>
    isHost === true && placeOf(name, declared)?.place === here && isAnnounced(name)
      ? addresses
          .filter(({ address }) => prefixes.some((prefix) => contains(prefix, address)))
          .map(({ address }) => hostPrefix(address))
      : [],
  );
}

/** The peer's addresses on the networks of the learner, but not those of both, by interfaces that are up. */
function nextHops(
  { node, interfaces }: Learner,
  peer: string,
  declared: Declared,
  isUp: Programmed['isUp'] = () => true,
): readonly Required<Pick<NextHop, 'via' | 'dev'>>[] {
  const own = interfaces.flatMap(({ read }) => read.addresses.map((one) => one.address));
  return interfaces
    .filter(({ port }) => isUp(node, port))
    .flatMap((one) => {
      const isNear = (address: Address): boolean =>
        one.read.addresses.some(({ network }) => contains(network, address));
      return stationsOf(peer, one, declared)
        .filter(({ port }) => isUp(peer, port))
        .flatMap(({ addresses }) => addresses)
        .filter((via) => isNear(via) && !own.includes(via))
        .map((via) => ({ via, dev: one.port }));
    });
}

/** The peer's interfaces on the segment of one of the learner's. */
const stationsOf = (
  peer: string,
  { segment }: ReadInterface,
  { neighbours }: Declared,
): readonly Neighbour[] => (neighbours.get(`segment ${segment}`) ?? []).filter(({ node }) => node === peer);
