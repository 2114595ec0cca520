/** Route tables: user-defined routes of subnets. */
import * as v from 'valibot';
import type { Cite } from '../../walk/cite.ts';
import type { UserRoute } from '../declarations.ts';
import type { Kind, Reading } from '../kind.ts';
import { address, flag, prefix } from '../schema.ts';

const NEXT_HOPS = ['VirtualAppliance', 'VirtualNetworkGateway', 'VnetLocal', 'Internet', 'None'] as const;

const route = v.pipe(
  v.strictObject({
    name: v.optional(v.pipe(v.string(), v.description('The route’s name. Default: route-1, route-2, …'))),
    addressPrefix: prefix(
      'Destination: a prefix, or the name of a service tag that stands under serviceTags.',
    ),
    nextHopType: v.pipe(v.picklist(NEXT_HOPS), v.description('What takes the packets.')),
    nextHopIpAddress: v.optional(
      address(
        'Only with VirtualAppliance: a NIC with IP forwarding, or an internal load balancer’s frontend.',
      ),
    ),
  }),
  v.description('A user-defined route.'),
);

const schema = v.strictObject({
  disableBgpRoutePropagation: v.optional(
    flag('Gateway routes do not reach the subnets of this table. Default false.'),
    false,
  ),
  routes: v.optional(v.array(route), []),
});

type Config = v.InferOutput<typeof schema>;

export const routeTable: Kind<Config> = {
  kind: 'route-table',
  section: 'routeTables',
  summary: 'Route tables: the user-defined routes of subnets.',
  schema,
  declare(name, config, at, reading) {
    const routes: UserRoute[] = [];
    reading.routeTable({ name, disableBgpRoutePropagation: config.disableBgpRoutePropagation, routes, at });
    const names = new Set<string>();
    for (const [i, entry] of config.routes.entries()) {
      const place = `${at}/routes/${i}`;
      if (entry.name !== undefined && names.has(entry.name))
        reading.report('name-duplicate', `${place}/name`, `route ${entry.name} stands twice in ${name}`);
      if (entry.name !== undefined) names.add(entry.name);
      declareRoute(entry, entry.name ?? `route-${i + 1}`, place, routes, reading);
    }
    reading.later(() => checkUnique(name, routes, reading));
  },
};

function declareRoute(
  entry: v.InferOutput<typeof route>,
  name: string,
  at: Cite,
  routes: UserRoute[],
  reading: Reading,
): void {
  const isAppliance = entry.nextHopType === 'VirtualAppliance';
  if (isAppliance && entry.nextHopIpAddress === undefined)
    reading.report('key-missing', at, `route ${name} to a VirtualAppliance has no nextHopIpAddress`);
  if (!isAppliance && entry.nextHopIpAddress !== undefined) {
    reading.report(
      'value-invalid',
      `${at}/nextHopIpAddress`,
      `nextHopIpAddress goes with VirtualAppliance only, not with ${entry.nextHopType}`,
    );
  }
  const nextHopAddress =
    entry.nextHopIpAddress === undefined
      ? undefined
      : reading.address(entry.nextHopIpAddress, `${at}/nextHopIpAddress`);
  const rest = {
    name,
    nextHopType: entry.nextHopType,
    ...(nextHopAddress === undefined ? {} : { nextHopAddress }),
    at,
  };
  if (/^[A-Za-z]/.test(entry.addressPrefix) && !entry.addressPrefix.includes(':')) {
    reading.refer('serviceTag', entry.addressPrefix, `${at}/addressPrefix`);
    reading.later(() =>
      routes.push({
        ...rest,
        prefixes: reading.declared.serviceTags.get(entry.addressPrefix) ?? [],
        serviceTag: entry.addressPrefix,
      }),
    );
    return;
  }
  const parsed = reading.prefix(entry.addressPrefix, `${at}/addressPrefix`);
  if (parsed) routes.push({ ...rest, prefixes: [parsed] });
}

/** Azure refuses two routes for one prefix in one table. */
function checkUnique(table: string, routes: readonly UserRoute[], reading: Reading): void {
  const seen = new Map<string, string>();
  for (const one of routes) {
    const key = one.serviceTag ?? `${one.prefixes[0]?.first}/${one.prefixes[0]?.length}`;
    const earlier = seen.get(key);
    if (earlier !== undefined)
      reading.report(
        'prefix-overlap',
        `${one.at}/addressPrefix`,
        `route ${one.name} of ${table} has the same prefix as route ${earlier}`,
      );
    else seen.set(key, one.name);
  }
}
