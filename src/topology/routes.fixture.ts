/** Effective routes as short lines of text, so that a test reads like the table it is about. */
import type { EffectiveTable } from '../mechanism/effective-route.ts';
import { routeFact, type EffectiveRoute } from '../mechanism/effective-route.ts';
import { formatPrefix } from '../value/prefix.ts';
import { constant } from '../value/term.ts';
import { concretely } from '../walk/concrete.ts';
import { address, declarationsOf, type Sketch } from './declarations.fixture.ts';
import { effectiveTable, rows } from './effective-routes.ts';

const ask = concretely();

export const tableOf = (subnet: string, sketch: Sketch): EffectiveTable => {
  const declarations = declarationsOf(sketch);
  return effectiveTable(declarations.subnets.get(subnet)!, declarations);
};

const line = (...words: readonly (string | undefined)[]): string =>
  words.filter((word) => word !== undefined).join(' ');

const hop = (route: EffectiveRoute): string => line(route.nextHopType, routeFact(route).nextHop);

/** The printed table: `Default Invalid 10.0.0.0/16 VnetLocal`. */
export const printed = (table: EffectiveTable): string[] =>
  rows(table).map(({ route, state }) => line(route.source, state, formatPrefix(route.prefix), hop(route)));

/** The winner: `VirtualAppliance 10.0.100.4`. */
export function nextHop(table: EffectiveTable, destination: string): string {
  const route = table.lookup(constant(address(destination)), ask);
  return route ? hop(route) : 'no route';
}

/** The losers that hold the destination: `10.0.0.0/8 None none-route-removed`. */
export const losers = (table: EffectiveTable, destination: string): string[] =>
  table
    .rejected(constant(address(destination)), ask)
    .map(({ route, why }) => line(formatPrefix(route.prefix), route.nextHopType, why));

export const route = (table: EffectiveTable, destination: string): EffectiveRoute | undefined =>
  table.lookup(constant(address(destination)), ask);
