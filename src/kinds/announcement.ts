/** Routes that routers tell one another: prefixes, and a host route for each machine that is at their place. */
import * as v from 'valibot';
import { familyOf, type Address } from '../value/address.ts';
import { contains, hostPrefix, type Prefix } from '../value/prefix.ts';
import type { LinuxRoute } from '../mechanism/linux/route.ts';
import { below, type Cite } from '../walk/cite.ts';
import type { Declared, Programmed, Reading } from './kind.ts';
import { placeOf, type Announcement, type Neighbour } from './premises.ts';
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

/** Declares what the node announces, and whom it learns from. */
export function declareAnnouncement(node: string, config: Config, at: Cite, reading: Reading): void {
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
      if (announcements.has(peer) && nextHops(node, peer, reading.declared).length === 0)
        reading.report('value-invalid', place, `${peer} is on no segment of ${node}`);
    }
  });
}

/** The routes that a node has from its peers, in the order of its peers; what has failed announces nothing any more. */
export const learnedRoutes = (
  node: string,
  { learnsFrom }: Config,
  { declared, isUp }: Pick<Programmed, 'declared' | 'isUp'>,
): readonly LinuxRoute[] =>
  asList(learnsFrom).flatMap((peer) => {
    const announcement = declared.announcements.get(peer);
    if (!announcement) return [];
    const { prefixes, metric, at } = announcement;
    const hops = nextHops(node, peer, declared, isUp);
    return [...prefixes, ...hostsOf(announcement, declared)].flatMap((prefix): LinuxRoute[] => {
      const via = hops.find((hop) => familyOf(hop) === familyOf(prefix.first));
      return via === undefined
        ? []
        : [{ prefix, via, type: 'unicast', metric: DISTANCE + metric, table: 'main', at }];
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

/** The peer's addresses on a segment that both are on, by interfaces that are up. */
const nextHops = (
  node: string,
  peer: string,
  { neighbours }: Declared,
  isUp: Programmed['isUp'] = () => true,
): readonly Address[] =>
  [...neighbours.values()].flatMap((stations) => {
    const on = (name: string): readonly Neighbour[] =>
      stations.filter((one) => one.node === name && isUp(name, one.port));
    return on(node).length > 0 ? on(peer).flatMap(({ addresses }) => addresses) : [];
  });
