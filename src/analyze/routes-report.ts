/** The effective routes of a subnet, and which of them takes a destination. */
import { formatAddress, type Address } from '../value/address.ts';
import { formatPrefix } from '../value/prefix.ts';
import { constant } from '../value/term.ts';
import { concretely } from '../walk/concrete.ts';
import type { Cite } from '../walk/cite.ts';
import type { RouteFact } from '../walk/event.ts';
import type { EffectiveRoute } from '../mechanism/effective-route.ts';
import { rows } from '../topology/effective-routes.ts';
import type { Topology } from '../topology/topology.ts';
import type { EffectiveRouteFact, RoutesReport } from '../report/routes.ts';

export interface RoutesQuestion {
  /** As asked: `nva1/eth0`, `vnet-hub/snet-nva`, `vgw-hub`. */
  readonly of: string;
  readonly subnet: string;
  readonly destination: Address | undefined;
}

/** Rows in the order and words of Azure's own tool. */
export function routesReport(
  topology: Topology,
  question: RoutesQuestion,
  locate: (cite: Cite) => string | undefined,
): RoutesReport {
  const table = topology.effectiveTable(question.subnet);
  const routeTable = topology.declared.routeTables.get(
    topology.declared.subnets.get(question.subnet)?.routeTable ?? '',
  );
  const disableBgpRoutePropagation = routeTable?.disableBgpRoutePropagation === true;
  const place = (at: Cite | undefined): { readonly at?: string } => {
    const found = at === undefined ? undefined : locate(at);
    return found === undefined ? {} : { at: found };
  };
  const describe = (route: EffectiveRoute, state: 'Active' | 'Invalid'): EffectiveRouteFact => ({
    name: route.name ?? null,
    source: route.source,
    state,
    addressPrefix: [formatPrefix(route.prefix)],
    nextHopType: route.nextHopType,
    nextHopIpAddress: [route.nextHopAddress ?? route.gatewayAddress].flatMap((address) =>
      address === undefined ? [] : [formatAddress(address)],
    ),
    disableBgpRoutePropagation,
    ...place(route.at),
  });
  const { destination } = question;
  return {
    version: 1,
    command: 'routes',
    topology: { name: topology.name, file: topology.file },
    of: question.of,
    subnet: question.subnet,
    value: rows(table).map(({ route, state }) => describe(route, state)),
    ...(destination === undefined ? {} : { destination: decide(destination) }),
  };

  function decide(address: Address): NonNullable<RoutesReport['destination']> {
    const ask = concretely();
    const winner = table.lookup(constant(address), ask);
    const known = new Map(
      [...table.active, ...table.inactive.map((one) => one.route)].map((route) => [keyOf(route), route]),
    );
    return {
      address: formatAddress(address),
      winner: winner ? describe(winner, 'Active') : null,
      rejected: table.rejected(constant(address), ask).flatMap(({ route, why }) => {
        const row = known.get(keyOf(route));
        return row ? [{ ...describe(row, why === 'shorter-prefix' ? 'Active' : 'Invalid'), why }] : [];
      }),
    };
  }
}

const keyOf = (route: RouteFact | EffectiveRoute): string =>
  `${route.source} ${route.nextHopType} ${formatPrefix(route.prefix)} ${route.at ?? ''}`;
