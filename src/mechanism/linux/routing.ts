/** The kernel's route lookup: table local, then table main (fib_lookup with the default rules). */
import { formatAddress, type Address } from '../../value/address.ts';
import { formatPrefix, type Prefix } from '../../value/prefix.ts';
import type { Term } from '../../value/term.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Rejected, RejectedBecause, RouteFact } from '../../walk/event.ts';
import { PrefixTable } from '../prefix-table.ts';
import type { LinuxRoute } from './route.ts';

export interface Routing {
  /** The route that the kernel takes: longest prefix, then lowest metric, then the first added. */
  lookup(destination: Term, ask: Ask): LinuxRoute | undefined;
  isLocal(destination: Term, ask: Ask): boolean;
  /** Routes that hold the destination and lost. */
  rejected(destination: Term, ask: Ask): readonly Rejected[];
}

interface Contest {
  readonly winner: LinuxRoute;
  readonly losers: readonly Rejected[];
}

/** Programs the tables; routes with a `dev` that the machine does not have must not be among them. */
export function routing(routes: readonly LinuxRoute[]): Routing {
  const local = tableOf(routes.filter((route) => route.table === 'local'));
  const main = tableOf(routes.filter((route) => route.table === 'main'));
  return {
    lookup: (destination, ask) =>
      (ask.lookup(destination, local, undefined) ?? ask.lookup(destination, main, undefined))?.winner,
    isLocal: (destination, ask) => ask.lookup(destination, local, undefined) !== undefined,
    rejected: (destination, ask) => {
      const collected: Rejected[] = [];
      const all = ask.lookup(destination, { find: (value) => main.covering(value) }, undefined) ?? [];
      for (const [i, { winner, losers }] of all.entries()) {
        if (i > 0) collected.push({ route: routeFact(winner), why: 'shorter-prefix' });
        collected.push(...losers);
      }
      return collected;
    },
  };
}

function tableOf(routes: readonly LinuxRoute[]): PrefixTable<Contest> {
  const groups = new Map<string, LinuxRoute[]>();
  for (const route of routes) {
    const key = formatPrefix(route.prefix);
    const group = groups.get(key);
    if (group) group.push(route);
    else groups.set(key, [route]);
  }
  return new PrefixTable([...groups.values()].map((group) => [group[0]!.prefix, contest(group)] as const));
}

function contest(group: readonly LinuxRoute[]): Contest {
  const [winner, ...rest] = group.toSorted((a, b) => a.metric - b.metric);
  const why = (route: LinuxRoute): RejectedBecause =>
    route.metric > winner!.metric ? 'higher-metric' : 'later-route';
  return { winner: winner!, losers: rest.map((route) => ({ route: routeFact(route), why: why(route) })) };
}

/** The route in the words of `ip route`. */
export function routeFact(route: LinuxRoute): RouteFact {
  return {
    prefix: route.prefix,
    nextHopType: route.type === 'unicast' ? (route.via === undefined ? 'dev' : 'via') : route.type,
    nextHop: route.via === undefined ? undefined : formatAddress(route.via),
    source: route.table,
    interface: route.dev,
    at: route.at,
  };
}

/** An address of an interface, with the network it is in. */
export interface InterfaceAddress {
  readonly address: Address;
  readonly network: Prefix;
}
