/** Policy routing by route maps: what comes in by an interface and matches is sent to another next hop. */
import type { Family } from '../../value/address.ts';
import { ALL, type Prefix } from '../../value/prefix.ts';
import type { IntegerSet } from '../../value/integer-set.ts';
import type { Cite } from '../../walk/cite.ts';
import type { PolicyRule } from '../linux/policy-rule.ts';
import type { LinuxRoute, NextHop } from '../linux/route.ts';

/** What a packet must have; undefined is anything. */
export interface RouteMapMatch {
  readonly source: Prefix | undefined;
  readonly destination: Prefix | undefined;
  readonly protocol: number | undefined;
  readonly sourcePorts: IntegerSet | undefined;
  readonly destinationPorts: IntegerSet | undefined;
}

/** An entry as the lookup knows it: rules that lead to a table of its own, which has one route. */
export interface RouteMapEntry {
  readonly rules: readonly PolicyRule[];
  readonly route: LinuxRoute;
}

export interface WrittenEntry {
  /** Where packets come in. */
  readonly interface: string;
  /** From 1, through all route maps of the router. */
  readonly sequence: number;
  readonly family: Family;
  readonly matches: readonly RouteMapMatch[];
  readonly nextHops: readonly NextHop[];
  /** As its author would say it on one line. */
  readonly text: string;
  readonly at: Cite;
}

/** Rules for every match, and the route to the next hop or, of several, to that which a hash takes. */
export function routeMapEntry(written: WrittenEntry): RouteMapEntry {
  const { interface: iif, sequence, family, matches, nextHops, text, at } = written;
  const table = `route map ${iif} ${sequence}`;
  const [only, ...others] = nextHops;
  return {
    rules: matches.map(({ source, destination, protocol, sourcePorts, destinationPorts }) => ({
      preference: sequence,
      iif,
      ...(source && { from: source }),
      ...(destination && { to: destination }),
      ...(protocol !== undefined && { protocol }),
      ...(sourcePorts && { sport: sourcePorts }),
      ...(destinationPorts && { dport: destinationPorts }),
      action: { do: 'lookup', table },
      text,
      at,
    })),
    route: {
      prefix: ALL[family],
      type: 'unicast',
      metric: 0,
      table,
      ...(others.length > 0 ? { nextHops } : only),
      at,
    },
  };
}
