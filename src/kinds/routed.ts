/** What routers and firewalls have in common: interfaces on segments, static routes, and route maps. */
import * as v from 'valibot';
import { familyOf, formatAddress } from '../value/address.ts';
import { formatPrefix } from '../value/prefix.ts';
import { withDevices } from '../mechanism/linux/interface.ts';
import { routeChoices } from '../mechanism/linux/lookup.ts';
import { hopsOf, type LinuxRoute, type NextHop } from '../mechanism/linux/route.ts';
import { router, type RouterConfig, type Transit } from '../mechanism/router/router.ts';
import { below, type Cite } from '../walk/cite.ts';
import type { Built, Programmed, Reading } from './kind.ts';
import { announcementEntries, declareAnnouncement, learnedRoutes } from './announcement.ts';
import { isNear } from './next-hop.ts';
import { interfaceSchema, readInterface, type ReadInterface } from './routed-interface.ts';
import { readRouteMaps, routeMapSchema } from './route-maps.ts';
import { nicName, oneOrMore, place, prefix } from './schema.ts';
import { readAddresses } from './written.ts';

const routeSchema = v.strictObject({
  prefix: prefix('The destinations of the route.'),
  via: v.optional(
    oneOrMore('The next hop; of several, which are of equal cost, a hash of the flow takes one.'),
  ),
  dev: v.optional(v.pipe(nicName, v.description('Or the interface whose network they are on.'))),
});

/** Keys of every kind that routes. */
export const routedEntries = {
  interfaces: v.pipe(
    v.record(nicName, interfaceSchema),
    v.minEntries(1),
    v.description('Its interfaces, by name.'),
  ),
  at: v.optional(place),
  routes: v.optional(v.pipe(v.array(routeSchema), v.description('Static routes.')), []),
  routeMaps: v.optional(
    v.pipe(
      v.record(nicName, v.array(routeMapSchema)),
      v.description(
        'Policy routing by the interface that packets come in by: the first entry that matches decides, before the routes do.',
      ),
    ),
    {},
  ),
  ...announcementEntries,
};

export type RoutedText = v.InferOutput<v.StrictObjectSchema<typeof routedEntries, undefined>>;

/** Declares the node; `transit` decides on what it forwards. */
export function declareRouted(
  of: { readonly name: string; readonly kind: string; readonly transit?: Transit },
  text: RoutedText,
  at: Cite,
  reading: Reading,
): void {
  const { name, kind, transit } = of;
  const config = readConfig({ name, kind }, text, at, reading);
  const { interfaces, routes, routeMaps } = config;
  if (text.at !== undefined) reading.place(name, text.at, below(at, 'at'));
  declareAnnouncement(config, text, at, reading);
  checkInterfaces(config, text, reading);
  checkNextHops(config, reading);
  reading.node(name, {
    at,
    addresses: interfaces.flatMap(({ owned }) => owned),
    members: [],
    choices: new Map(routeChoices([...routes, ...routeMaps.map(({ route }) => route)])),
    ports: interfaces.map(({ port }) => port),
    build: (programmed) => [build(config, text, transit, programmed)],
  });
}

interface RoutedConfig extends Omit<RouterConfig, 'interfaces'> {
  readonly interfaces: readonly ReadInterface[];
}

function readConfig(
  { name, kind }: { readonly name: string; readonly kind: string },
  text: RoutedText,
  at: Cite,
  reading: Reading,
): RoutedConfig {
  const interfaces = Object.entries(text.interfaces).map(([port, one]) =>
    readInterface({ node: name, place: text.at }, port, one, below(at, 'interfaces', port), reading),
  );
  const placed = placing(interfaces);
  return {
    node: name,
    kind,
    where: interfaces[0]?.segment,
    place: text.at,
    interfaces,
    routes: text.routes.flatMap((one, i) => readRoute(one, below(at, 'routes', i), reading)).map(placed),
    routeMaps: readRouteMaps(text.routeMaps, below(at, 'routeMaps'), reading).map(({ rules, route }) => ({
      rules,
      route: placed(route),
    })),
    at,
  };
}

/** Routes with the interfaces that they leave by. */
function placing(interfaces: readonly ReadInterface[]): (route: LinuxRoute) => LinuxRoute {
  const addresses = new Map(interfaces.map(({ port, read }) => [port, read.addresses]));
  return (route) => withDevices(route, addresses);
}

function build(
  config: RoutedConfig,
  text: RoutedText,
  transit: Transit | undefined,
  programmed: Programmed,
): Built {
  const { node, interfaces } = config;
  return {
    device: router(
      {
        ...config,
        interfaces: new Map(interfaces.map(({ port, read }) => [port, read])),
        routes: [...config.routes, ...learnedRoutes(config, text, programmed)],
      },
      transit,
    ),
    links: Object.fromEntries(
      interfaces.map(({ port, segment }) => [port, programmed.segment(segment, node, port)]),
    ),
  };
}

function checkInterfaces({ interfaces, at }: RoutedConfig, text: RoutedText, reading: Reading): void {
  const ports = interfaces.map(({ port }) => port);
  for (const [i, { dev }] of text.routes.entries())
    if (dev !== undefined) reading.referIn(ports, 'interface', dev, below(at, 'routes', i, 'dev'));
  for (const port of Object.keys(text.routeMaps))
    reading.referIn(ports, 'interface', port, { key: below(at, 'routeMaps', port) });
}

function readRoute(text: RoutedText['routes'][number], at: Cite, reading: Reading): readonly LinuxRoute[] {
  const to = reading.prefix(text.prefix, below(at, 'prefix'));
  const hops = readAddresses(text.via, below(at, 'via'), reading).map(({ value }) => ({ via: value }));
  if (text.via === undefined && text.dev === undefined)
    reading.report(
      'key-missing',
      { key: at },
      `the route to ${text.prefix} leads nowhere`,
      'add via: or dev:',
    );
  if (!to) return [];
  const [first] = hops;
  const dev = text.dev === undefined ? {} : { dev: text.dev };
  const leads =
    hops.length > 1 ? { nextHops: hops.map((hop) => ({ ...hop, ...dev })) } : { ...first, ...dev };
  return [{ prefix: to, type: 'unicast', metric: 0, table: 'main', at, ...leads }];
}

function checkNextHops({ node, interfaces, routes, routeMaps }: RoutedConfig, reading: Reading): void {
  for (const route of [...routes, ...routeMaps.map((one) => one.route)])
    for (const hop of hopsOf(route)) checkNextHop(node, interfaces, route, hop, reading);
}

/**
 * A next hop is of the family of what is sent to it, another's, and on a network of the interface: fib_check_nh of Linux,
 * "Nexthop has invalid gateway".
 */
function checkNextHop(
  node: string,
  interfaces: readonly ReadInterface[],
  { prefix: { first }, at }: LinuxRoute,
  { via, dev }: NextHop,
  reading: Reading,
): void {
  const towards = dev === undefined ? interfaces : interfaces.filter(({ port }) => port === dev);
  if (via === undefined || towards.length === 0) return;
  const name = formatAddress(via);
  const networks = towards.flatMap(({ read }) => read.addresses.map((one) => one.network));
  const isOwn = interfaces.some(({ read }) => read.addresses.some(({ address }) => address === via));
  if (familyOf(via) !== familyOf(first))
    reading.report('value-invalid', at!, `${name} cannot be the next hop of an IPv${familyOf(first)} route`);
  else if (isOwn)
    reading.report('value-invalid', at!, `the next hop ${name} is an address of ${node} itself`);
  else if (!isNear(via, networks))
    reading.report(
      'value-invalid',
      at!,
      `the next hop ${name} is on no network of ${dev === undefined ? node : `${dev} of ${node}`}`,
      `its networks: ${networks.map(formatPrefix).join(', ')}`,
    );
  else if (dev === undefined)
    reading.report(
      'key-missing',
      { key: at! },
      `the next hop ${name} is on every link, and nothing says on which of ${node}`,
      'add dev: to a route; a route map takes an address on one of the networks',
    );
}
