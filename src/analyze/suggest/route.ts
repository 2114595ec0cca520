/** Routes more, others or fewer: as changes of a route table, or of one that the subnet does not have yet. */
import type { UserRoute } from '../../kinds/declarations.ts';
import { formatAddress, type Address } from '../../value/address.ts';
import { contains, formatPrefix, hostPrefix, type Prefix } from '../../value/prefix.ts';
import { below } from '../../walk/cite.ts';
import type { Event, RouteFact } from '../../walk/event.ts';
import type { Candidate, Failure, Setting, Stay } from './failure.ts';

/** What a user route leads to. */
export interface NextHop {
  readonly type: UserRoute['nextHopType'];
  readonly address?: string | undefined;
}

/** A lookup in the effective routes of a subnet, and the route it found. */
export interface Lookup {
  readonly table: string;
  readonly subnet: string;
  readonly route: RouteFact | undefined;
  readonly event: Extract<Event, { readonly type: 'routed' }>;
}

/** The lookups in route tables that the topology can change: those of subnets. */
export function lookupsOf({ place, events }: Stay, { topology: { declared } }: Failure): readonly Lookup[] {
  const subnet = place.where ?? '';
  if (!declared.subnets.has(subnet)) return [];
  return events.flatMap((event) =>
    event.type === 'routed' && (event.table === SYSTEM || declared.routeTables.has(event.table))
      ? [{ table: event.table, subnet, route: event.route, event }]
      : [],
  );
}

const SYSTEM = 'system routes';

export const isSteering = ({ route }: Lookup): boolean =>
  route?.nextHopType === 'VirtualAppliance' && route.nextHop !== undefined;

export const applianceOf = ({ route }: Lookup): NextHop => ({
  type: 'VirtualAppliance',
  address: route?.nextHop,
});

const entryOf = (prefix: string, { type, address }: NextHop): object => ({
  addressPrefix: prefix,
  nextHopType: type,
  ...(address !== undefined && { nextHopIpAddress: address }),
});

const named = (prefix: string, { type, address }: NextHop) => ({
  prefix,
  nextHopType: type,
  ...(address !== undefined && { nextHop: address }),
});

/** A route more in the table that was asked; a subnet that has none gets one of its own. */
export function addRoute(
  { table, subnet }: Lookup,
  prefix: Prefix,
  nextHop: NextHop,
  { topology: { declared } }: Failure,
): Candidate | undefined {
  const text = formatPrefix(prefix);
  const entry = entryOf(text, nextHop);
  const known = declared.routeTables.get(table);
  const isThere = known?.routes.some(({ prefixes }) => prefixes.some((one) => formatPrefix(one) === text));
  if (isThere === true) return undefined;
  const change = { type: 'route', did: 'added', ...named(text, nextHop) } as const;
  if (known) {
    const at = below(known.at, 'routes');
    const setting: Setting =
      known.routes.length > 0 ? { pointer: below(at, '-'), value: entry } : { pointer: at, value: [entry] };
    return { change: { ...change, table }, settings: [setting] };
  }
  const place = declared.subnets.get(subnet);
  if (!place) return undefined;
  const name = `rt-${subnet.replaceAll('/', '-')}`;
  return {
    change: { ...change, subnet },
    settings: [
      { pointer: below('', 'routeTables', name), value: { routes: [entry] } },
      { pointer: below(place.at, 'routeTable'), value: name },
    ],
  };
}

/** The user route that was taken leads elsewhere, or is gone. */
export function changeRoute(
  { table, route }: Lookup,
  nextHop: NextHop | undefined,
  { topology: { declared }, locate }: Failure,
): Candidate | undefined {
  const own = declared.routeTables.get(table)?.routes.find(({ at }) => at === route?.at);
  if (!own || own.serviceTag !== undefined || !route) return undefined;
  const prefix = formatPrefix(route.prefix);
  const at = locate(own.at);
  const is = { type: own.nextHopType, address: route.nextHop };
  if (nextHop?.type === is.type && nextHop.address === is.address) return undefined;
  return {
    change: {
      type: 'route',
      did: nextHop ? 'changed' : 'removed',
      table,
      ...named(prefix, nextHop ?? is),
      ...(at !== undefined && { at }),
    },
    settings: [{ pointer: own.at, value: nextHop ? { name: own.name, ...entryOf(prefix, nextHop) } : null }],
  };
}

/**
 * The prefix of the route that was taken, unless it holds the sender or the appliance as well, whose own traffic it
 * would then catch: then the one address that the packet is for.
 */
export function narrowest(
  { route }: Lookup,
  { src, dst }: { readonly src: Address; readonly dst: Address },
  appliance: Address | undefined,
): Prefix {
  const taken = route?.prefix;
  const holds = (address: Address): boolean => taken !== undefined && contains(taken, address);
  return !taken || holds(src) || (appliance !== undefined && holds(appliance)) ? hostPrefix(dst) : taken;
}

/** The narrowest network of the topology that has the address: a subnet's, a VNet's, a site's; else the address alone. */
export function networkOf(address: Address, { topology: { declared } }: Failure): Prefix {
  const prefixes = [
    ...[...declared.subnets.values()].flatMap((one) => one.addressPrefixes),
    ...[...declared.sites.values()].flatMap((one) => one.prefixes),
  ].filter((one) => contains(one, address));
  return prefixes.toSorted((a, b) => b.length - a.length)[0] ?? hostPrefix(address);
}

/** Addresses that a route to an appliance may name: NICs that forward, and frontends of internal load balancers. */
export const appliancesOf = ({ topology: { declared } }: Failure): readonly string[] => [
  ...declared.serviceAddresses.filter((one) => one.isNextHop).map((one) => formatAddress(one.address)),
  ...[...declared.nics.values()]
    .filter((nic) => nic.enableIPForwarding)
    .flatMap((nic) => nic.addresses.map(formatAddress)),
];
