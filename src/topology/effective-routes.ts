/** The effective route table of a subnet: what every source of routes offers, and which of them are in force. */
import type { Declarations, RouteTable, Subnet, VirtualNetwork } from '../kinds/declarations.ts';
import {
  routeFact,
  type EffectiveRoute,
  type EffectiveTable,
  type NextHopType,
  type RouteSource,
} from '../mechanism/effective-route.ts';
import { PrefixTable } from '../mechanism/prefix-table.ts';
import type { Value } from '../value/address.ts';
import { covers, samePrefix, type Prefix } from '../value/prefix.ts';
import type { Rejected, RejectedBecause } from '../walk/event.ts';
import { gatewayRoutes, type OfferedRoute } from './gateway-routes.ts';
import { placesInReach } from './peers.ts';
import { remembered } from './remembered.ts';
import {
  DEFAULT_ROUTE,
  endpointRoutes,
  internetRoutes,
  localRoutes,
  noneRoutes,
  peeringRoutes,
} from './system-routes.ts';
import { userRoutes, type ProgrammedUserRoute } from './user-routes.ts';

/** A row on offer; `why` is undefined while it is in force. */
interface Row {
  readonly route: EffectiveRoute;
  readonly why?: RejectedBecause | undefined;
  /** Whether Azure prints it although it is not in force. */
  readonly shown: boolean;
}

/** The table is worked out once for each subnet and topology. */
export const effectiveTable: (subnet: Subnet, declarations: Declarations) => EffectiveTable = remembered(
  (subnet, declarations) => {
    const routeTable =
      subnet.routeTable === undefined ? undefined : declarations.routeTables.get(subnet.routeTable);
    const all = contest(subnet, routeTable, declarations);
    const active = all.filter(({ why }) => why === undefined).map(({ route }) => route);
    const inForce = new PrefixTable(active.map((route) => [route.prefix, route]));
    let contenders: PrefixTable<Row> | undefined;
    const losers = {
      find(address: Value): Rejected[] {
        // Reversed, so that of one prefix the best loser comes first: user, gateway, system.
        contenders ??= new PrefixTable(all.toReversed().map((row) => [row.route.prefix, row]));
        return rejectedOf(contenders.covering(address), inForce.find(address));
      },
    };
    return {
      name: routeTable?.name ?? 'system routes',
      subnet: subnet.id,
      active,
      inactive: all.flatMap(({ route, why, shown }) => (why ? [{ route, why, shown }] : [])),
      lookup: (destination, ask) => ask.lookup(destination, inForce, routeTable?.at),
      rejected: (destination, ask) => ask.lookup(destination, losers, routeTable?.at) ?? [],
    };
  },
);

const rejectedOf = (rows: readonly Row[], winner: EffectiveRoute | undefined): Rejected[] =>
  rows
    .filter(({ route }) => route !== winner)
    .map(({ route, why }) => ({ route: routeFact(route), why: why ?? 'shorter-prefix' }));

/** For each prefix that is taken: why later contenders for it lose. */
type Taken = Map<Value, RejectedBecause>;

const keyOf = ({ first, length }: Prefix): Value =>
  typeof first === 'number' ? first * 256 + length : first * 256n + BigInt(length);

const hidden = (route: EffectiveRoute, why: RejectedBecause): Row => ({ route, why, shown: false });

/** A prefix goes to the first that claims it; `why` is what the others are told. */
function claim(route: EffectiveRoute, why: RejectedBecause, taken: Taken): Row {
  const key = keyOf(route.prefix);
  const earlier = taken.get(key);
  if (earlier === undefined) taken.set(key, why);
  return { route, why: earlier, shown: true };
}

/**
 * All rows, in printing order. Claims are made in order of rank: user, then the system routes that gateway routes
 * cannot beat, then gateway, then the other system routes.
 */
function contest(subnet: Subnet, routeTable: RouteTable | undefined, declarations: Declarations): Row[] {
  const vnet = declarations.vnets.get(subnet.vnet);
  if (!vnet) throw new Error(`no VNet ${subnet.vnet}`);
  const taken: Taken = new Map();
  const written = userRoutes(routeTable, vnet, declarations);
  const user = written.map(({ route }) => claim(route, 'user-route-wins', taken));
  const protect = (route: EffectiveRoute): Row => claim(route, 'system-route-protected', taken);
  const local = localRoutes(vnet).map(protect);
  const peering = peeringRoutes(vnet, declarations).map(({ route, isConnected }) =>
    isConnected ? protect(route) : hidden(route, 'peering-not-connected'),
  );
  const endpoints = endpointRoutes(subnet, declarations).map(protect);
  const gateway = offered(
    gatewayRoutes(vnet, declarations),
    [...local, ...peering, ...endpoints],
    routeTable,
    taken,
  );
  const internet = internetRoutes(vnet).map((route) => claim(route, 'system-route-protected', taken));
  const none = noneRows(vnet, written, declarations, taken);
  return [...local, ...peering, ...internet, ...none, ...endpoints, ...gateway, ...user];
}

/**
 * What gateways offer. System routes of the VNet, its peerings and service endpoints that are in force win also over a
 * more specific gateway route (UDR overview, "How Azure selects a route").
 */
function offered(
  routes: readonly OfferedRoute[],
  system: readonly Row[],
  routeTable: RouteTable | undefined,
  taken: Taken,
): Row[] {
  if (routes.length === 0) return [];
  const inForce = system.filter(({ why }) => why === undefined).map(({ route }) => route.prefix);
  const shield = new PrefixTable(inForce.map((prefix) => [prefix, prefix]));
  return routes.map(({ route, withheld }) => {
    if (withheld) return hidden(route, withheld);
    if (routeTable?.disableBgpRoutePropagation) return hidden(route, 'propagation-disabled');
    const isFree = !taken.has(keyOf(route.prefix));
    const isShielded = isFree && shield.covering(route.prefix.first).some((one) => covers(one, route.prefix));
    return isShielded
      ? { route, why: 'system-route-protected', shown: true }
      : claim(route, 'gateway-route-wins', taken);
  });
}

/** User routes that take all private space with them when they take the default; the gateway's is our supposition. */
const TAKES_PRIVATE_SPACE: ReadonlySet<NextHopType> = new Set(['VirtualAppliance', 'VirtualNetworkGateway']);

/**
 * The None rows, which are never printed as Invalid: they go when a user or gateway route has the same prefix, when
 * address space in reach holds all of it (documented for the VNet's own, taken alike for connected peers), and under a
 * user's default route to an appliance (documented) or gateway (supposed). A default route to the Internet or one that
 * is learned leaves them (the sources are silent).
 */
function noneRows(
  vnet: VirtualNetwork,
  written: readonly ProgrammedUserRoute[],
  declarations: Declarations,
  taken: Taken,
): Row[] {
  const places = placesInReach(vnet, declarations);
  const byDefault = written.find(({ route }) => samePrefix(route.prefix, DEFAULT_ROUTE[4]))?.declared
    .nextHopType;
  const isTakenAway = byDefault !== undefined && TAKES_PRIVATE_SPACE.has(byDefault);
  return noneRoutes.map((route) => {
    const lost = taken.get(keyOf(route.prefix));
    if (lost === 'user-route-wins' || lost === 'gateway-route-wins') return hidden(route, lost);
    const isOccupied = places
      .covering(route.prefix.first)
      .some((place) => place.isConnected && covers(place.prefix, route.prefix));
    return isTakenAway || isOccupied ? hidden(route, 'none-route-removed') : { route, shown: true };
  });
}

/** A row as Azure's tools print it. */
export interface PrintedRow {
  readonly route: EffectiveRoute;
  readonly state: 'Active' | 'Invalid';
}

const SOURCES: readonly RouteSource[] = ['Default', 'VirtualNetworkGateway', 'User'];
const SYSTEM_TYPES: readonly (readonly NextHopType[])[] = [
  ['VnetLocal'],
  ['VNetPeering', 'VNetGlobalPeering'],
  ['Internet'],
  ['None'],
  ['VirtualNetworkServiceEndpoint'],
];

/** The rows that Azure prints, in its order: system routes by type, then gateway routes, then user routes. */
export function rows(table: EffectiveTable): PrintedRow[] {
  const printed: PrintedRow[] = [
    ...table.active.map((route) => ({ route, state: 'Active' as const })),
    ...table.inactive.filter(({ shown }) => shown).map(({ route }) => ({ route, state: 'Invalid' as const })),
  ];
  const rank = ({ route }: PrintedRow): number =>
    SOURCES.indexOf(route.source) * 10 +
    (route.source === 'Default' ? SYSTEM_TYPES.findIndex((types) => types.includes(route.nextHopType)) : 0);
  return printed.toSorted((a, b) => rank(a) - rank(b));
}
