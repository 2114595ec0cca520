/** Route tables: user-defined routes of subnets. */
import * as v from 'valibot';
import { familyOf, type Address } from '../../value/address.ts';
import { formatPrefix } from '../../value/prefix.ts';
import { below, type Cite } from '../../walk/cite.ts';
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
type RouteConfig = v.InferOutput<typeof route>;

/** A table while it is read. */
interface Table {
  readonly name: string;
  readonly routes: UserRoute[];
}

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
      const place = below(at, 'routes', i);
      if (entry.name !== undefined && names.has(entry.name))
        reading.report(
          'name-duplicate',
          below(place, 'name'),
          `route ${entry.name} stands twice in ${name}`,
          'give one of them another name',
        );
      if (entry.name !== undefined) names.add(entry.name);
      declareRoute(entry, entry.name ?? `route-${i + 1}`, place, { name, routes }, reading);
    }
  },
};

function declareRoute(entry: RouteConfig, name: string, at: Cite, table: Table, reading: Reading): void {
  const nextHopAddress = nextHopOf(entry, name, at, reading);
  const rest = {
    name,
    nextHopType: entry.nextHopType,
    ...(nextHopAddress === undefined ? {} : { nextHopAddress }),
    at,
  };
  const text = entry.addressPrefix;
  const place = below(at, 'addressPrefix');
  // Azure refuses two routes for one prefix in one table.
  const claim = {
    code: 'prefix-overlap',
    what: 'prefix',
    within: `route table ${table.name}`,
    at: place,
  } as const;
  if (/^[A-Za-z]/.test(text) && !text.includes(':')) {
    reading.refer('serviceTag', text, place);
    reading.claim({ ...claim, value: text, owner: `route ${name}` });
    reading.later(() =>
      table.routes.push({
        ...rest,
        prefixes: reading.declared.serviceTags.get(text) ?? [],
        serviceTag: text,
      }),
    );
    return;
  }
  const parsed = reading.prefix(text, place);
  if (!parsed) return;
  reading.claim({ ...claim, value: formatPrefix(parsed), owner: `route ${name}` });
  if (nextHopAddress !== undefined && familyOf(parsed.first) !== familyOf(nextHopAddress))
    reading.report(
      'value-invalid',
      below(at, 'nextHopIpAddress'),
      `route ${name} has a prefix of IPv${familyOf(parsed.first)} and a next hop of IPv${familyOf(nextHopAddress)}`,
      'write both in one family',
    );
  table.routes.push({ ...rest, prefixes: [parsed] });
}

/** The appliance's address, which an appliance must have and nothing else may. */
function nextHopOf(entry: RouteConfig, name: string, at: Cite, reading: Reading): Address | undefined {
  const { nextHopType: type, nextHopIpAddress: text } = entry;
  const place = below(at, 'nextHopIpAddress');
  if (type === 'VirtualAppliance' && text === undefined)
    reading.report(
      'key-missing',
      at,
      `route ${name} to a VirtualAppliance has no nextHopIpAddress`,
      'add nextHopIpAddress: with the address of a NIC or of a load balancer’s frontend',
    );
  if (type !== 'VirtualAppliance' && text !== undefined)
    reading.report(
      'value-invalid',
      place,
      `nextHopIpAddress goes with VirtualAppliance only, not with ${type}`,
      'leave it out, or set nextHopType: VirtualAppliance',
    );
  return text === undefined ? undefined : reading.address(text, place);
}
