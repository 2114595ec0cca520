/** One routing table: fib_table_lookup, and fib6_table_lookup where its choices are the same. */
import { formatAddress } from '../../value/address.ts';
import { masked } from '../../value/bits.ts';
import { single } from '../../value/integer-set.ts';
import type { Term } from '../../value/term.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Rejected, RejectedBecause, RouteFact } from '../../walk/event.ts';
import { PrefixTable } from '../prefix-table.ts';
import { by, hopsOf, type LinuxRoute, type NextHop } from './route.ts';

/** What a lookup in a table asks for: the part of flowi4 that tables read. */
export interface TableQuery {
  readonly dst: Term;
  readonly dscp: Term;
  /** The route must leave by this interface. */
  readonly oif?: string | undefined;
}

/** Routes of one prefix, the best first. */
interface Group {
  /** The first route, if every packet can take it. */
  readonly simple: LinuxRoute | undefined;
  readonly routes: readonly LinuxRoute[];
}

/** `tos` selectors compare the bits 0x1c of the octet: INET_DSCP_LEGACY_TOS_MASK. */
export const hasTos = (dscp: Term, tos: number, ask: Ask): boolean =>
  ask.within(masked(dscp, 0x1c >> 2), single(tos / 4), undefined);

export class RouteTable {
  readonly #groups: PrefixTable<Group>;

  /** `isUsable` says whether a next hop may be taken at all. */
  constructor(routes: readonly LinuxRoute[], isUsable: (hop: NextHop) => boolean) {
    const groups = new Map<string, LinuxRoute[]>();
    for (const route of routes) {
      const live = alive(route, isUsable);
      if (!live) continue;
      const key = `${live.prefix.first}/${live.prefix.length}`;
      const group = groups.get(key);
      if (group) group.push(live);
      else groups.set(key, [live]);
    }
    this.#groups = new PrefixTable(
      [...groups.values()].map((group) => [group[0]!.prefix, grouped(group)] as const),
    );
  }

  /** Longest prefix, then a TOS that fits before none, then the lowest metric, then the first added. */
  find(query: TableQuery, ask: Ask): LinuxRoute | undefined {
    const longest = ask.lookup(query.dst, this.#groups, undefined);
    if (!longest) return undefined;
    if (longest.simple && query.oif === undefined) return longest.simple;
    for (const { routes } of this.#covering(query.dst, ask)) {
      for (const route of routes) {
        const taken = fitting(route, query, ask);
        if (taken) return taken;
      }
    }
    return undefined;
  }

  /** Routes that hold the destination and are not the one that was taken, the nearest first. */
  rejected({ dst }: TableQuery, taken: LinuxRoute | undefined, ask: Ask): readonly Rejected[] {
    return this.#covering(dst, ask)
      .flatMap(({ routes }) => routes)
      .filter((route) => route.at !== taken?.at || route.prefix !== taken?.prefix)
      .map((route) => ({ route: routeFact(route), why: why(route, taken) }));
  }

  #covering(dst: Term, ask: Ask): readonly Group[] {
    return ask.lookup(dst, { find: (value) => this.#groups.covering(value) }, undefined) ?? [];
  }
}

/**
 * The route without the next hops that cannot be taken; undefined when none is left. An address is the machine's own even
 * while its interface is down (fib_sync_down_dev spares what has no scope).
 */
function alive(route: LinuxRoute, isUsable: (hop: NextHop) => boolean): LinuxRoute | undefined {
  if (route.type === 'local') return route;
  if (!route.nextHops) return isUsable(route) ? route : undefined;
  const live = route.nextHops.filter(isUsable);
  if (live.length === route.nextHops.length) return route;
  return live.length > 1 ? { ...route, nextHops: live } : live[0] && by(route, live[0]);
}

function grouped(group: readonly LinuxRoute[]): Group {
  const routes = group.toSorted((a, b) => (b.tos ?? 0) - (a.tos ?? 0) || a.metric - b.metric);
  const first = routes[0]!;
  return { routes, simple: first.tos === undefined ? first : undefined };
}

function fitting(route: LinuxRoute, { dscp, oif }: TableQuery, ask: Ask): LinuxRoute | undefined {
  if (route.tos !== undefined && !hasTos(dscp, route.tos, ask)) return undefined;
  if (oif === undefined || route.dev === oif) return route;
  const hop = route.nextHops?.find((one) => one.dev === oif);
  return hop && by(route, hop);
}

function why(route: LinuxRoute, taken: LinuxRoute | undefined): RejectedBecause {
  if (!taken) return 'other-tos';
  if (route.prefix.length < taken.prefix.length) return 'shorter-prefix';
  if (route.tos !== taken.tos) return 'other-tos';
  return route.metric > taken.metric ? 'higher-metric' : 'later-route';
}

const FACTS = new WeakMap<LinuxRoute, RouteFact>();

/** The route in the words of `ip route`. */
export function routeFact(route: LinuxRoute): RouteFact {
  const known = FACTS.get(route);
  if (known) return known;
  const fact = factOf(route);
  FACTS.set(route, fact);
  return fact;
}

function factOf(route: LinuxRoute): RouteFact {
  const vias = hopsOf(route).flatMap((hop) => (hop.via === undefined ? [] : [formatAddress(hop.via)]));
  const devs = new Set(hopsOf(route).map((hop) => hop.dev));
  return {
    prefix: route.prefix,
    nextHopType: route.type === 'unicast' ? (vias.length === 0 ? 'dev' : 'via') : route.type,
    nextHop: vias.length === 0 ? undefined : vias.join(', '),
    source: route.table,
    interface: devs.size === 1 ? (route.dev ?? [...devs][0]) : undefined,
    at: route.at,
  };
}
