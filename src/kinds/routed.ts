/** What routers and firewalls have in common: interfaces on segments, static routes, and route maps. */
import * as v from 'valibot';
import { familyOf, formatAddress } from '../value/address.ts';
import { contains, formatPrefix, prefixOf, type Prefix } from '../value/prefix.ts';
import { interfaceAddress } from '../mechanism/linux/address-text.ts';
import { withDevices, type InterfaceAddress } from '../mechanism/linux/interface.ts';
import { routeChoices } from '../mechanism/linux/lookup.ts';
import { hopsOf, type LinuxRoute } from '../mechanism/linux/route.ts';
import { router, type RouterConfig, type RouterInterface, type Transit } from '../mechanism/router/router.ts';
import { below, type Cite } from '../walk/cite.ts';
import type { Built, Programmed, Reading } from './kind.ts';
import { readMac } from './mac.ts';
import { readRouteMaps, routeMapSchema } from './route-maps.ts';
import { asList, integer, nicName, oneOrMore, prefix, reference } from './schema.ts';
import { readAddresses } from './written.ts';

const interfaceSchema = v.strictObject({
  segment: reference('The segment that it is plugged into.', 'lan0'),
  addresses: oneOrMore('Its addresses, each with the length of its network: 10.1.0.1/24.'),
  macAddress: v.optional(
    v.pipe(
      v.string(),
      v.description('Its MAC address. Default: assigned from 00:0d:3a:00:00:00 on, in file order.'),
    ),
  ),
  mtu: v.optional(integer('The largest IP packet, in bytes. Default 1500.', 68, 65_535)),
});

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
  const interfaces = readInterfaces(name, text.interfaces, below(at, 'interfaces'), reading);
  const routes = text.routes.flatMap((one, i) => readRoute(one, below(at, 'routes', i), reading));
  const routeMaps = readRouteMaps(text.routeMaps, below(at, 'routeMaps'), reading);
  const [first] = Object.values(text.interfaces);
  const addresses = new Map([...interfaces].map(([port, one]) => [port, one.addresses]));
  const placed = (route: LinuxRoute): LinuxRoute => withDevices(route, addresses);
  const config: RouterConfig = {
    node: name,
    kind,
    where: first?.segment,
    interfaces,
    routes: routes.map(placed),
    routeMaps: routeMaps.map(({ rules, route }) => ({ rules, route: placed(route) })),
    at,
  };
  const ports = [...interfaces.keys()];
  for (const route of routes)
    if (route.dev !== undefined) reading.referIn(ports, 'interface', route.dev, below(route.at!, 'dev'));
  for (const port of Object.keys(text.routeMaps))
    reading.referIn(ports, 'interface', port, { key: below(at, 'routeMaps', port) });
  checkNextHops(config, reading);
  reading.node(name, {
    at,
    addresses: [...interfaces].flatMap(([port, one]) =>
      one.addresses.map(({ address, at: place = one.at }) => ({
        address,
        network: `segment ${text.interfaces[port]!.segment}`,
        port,
        at: place,
      })),
    ),
    members: [],
    choices: new Map(routeChoices([...config.routes, ...config.routeMaps.map(({ route }) => route)])),
    ports,
    build: (programmed) => [build(config, text, transit, programmed)],
  });
}

const build = (
  config: RouterConfig,
  { interfaces }: RoutedText,
  transit: Transit | undefined,
  programmed: Programmed,
): Built => ({
  device: router(config, transit),
  links: Object.fromEntries(
    Object.entries(interfaces).map(([port, { segment }]) => [
      port,
      programmed.segment(segment, config.node, port),
    ]),
  ),
});

function readInterfaces(
  node: string,
  texts: RoutedText['interfaces'],
  at: Cite,
  reading: Reading,
): ReadonlyMap<string, RouterInterface> {
  return new Map(
    Object.entries(texts).map(([port, { segment, addresses, macAddress, mtu }]) => {
      const place = below(at, port);
      const own = readOwnAddresses(addresses, below(place, 'addresses'), reading);
      const mac = readMac(`${node}/${port}`, macAddress, below(place, 'macAddress'), reading);
      reading.refer('segment', segment, below(place, 'segment'));
      const neighbour = { node, port, addresses: own.map(({ address }) => address), mac, at: place };
      reading.neighbour({ network: `segment ${segment}`, ...neighbour });
      return [port, { addresses: own, mac, mtu, at: place }];
    }),
  );
}

const readOwnAddresses = (
  texts: string | string[],
  at: Cite,
  reading: Reading,
): readonly InterfaceAddress[] =>
  asList(texts).flatMap((text, i) => {
    const place = Array.isArray(texts) ? below(at, i) : at;
    const own = text.includes('/') ? interfaceAddress(text) : undefined;
    if (own) return [{ ...own, at: place }];
    reading.report(
      'value-invalid',
      place,
      `"${text}" is not an interface address`,
      'write it with the length of its network, as 10.1.0.1/24',
    );
    return [];
  });

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

/** fe80::/10 is on every link. */
const LINK_LOCAL: Prefix = prefixOf(0xfe80n << 112n, 10);

/** A next hop is on a network of the router, and of the family of what is sent to it. */
function checkNextHops({ node, interfaces, routes, routeMaps }: RouterConfig, reading: Reading): void {
  const networks = [...interfaces.values()].flatMap(({ addresses }) => addresses.map((one) => one.network));
  for (const route of [...routes, ...routeMaps.map((one) => one.route)]) {
    for (const { via } of hopsOf(route)) {
      if (via === undefined) continue;
      const family = familyOf(route.prefix.first);
      if (familyOf(via) !== family)
        reading.report(
          'value-invalid',
          route.at!,
          `${formatAddress(via)} cannot be the next hop of an IPv${family} route`,
        );
      else if (![LINK_LOCAL, ...networks].some((range) => contains(range, via)))
        reading.report(
          'value-invalid',
          route.at!,
          `the next hop ${formatAddress(via)} is on no network of ${node}`,
          `its networks: ${networks.map(formatPrefix).join(', ')}`,
        );
    }
  }
}
