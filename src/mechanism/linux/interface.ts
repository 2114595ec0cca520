/** Interfaces of a Linux machine, the order of their addresses, and the routes that the kernel makes of them. */
import { familyOf, LOOPBACK, type Address } from '../../value/address.ts';
import { contains, hostPrefix, prefixOf, samePrefix, type Prefix } from '../../value/prefix.ts';
import { has, range, setOf } from '../../value/integer-set.ts';
import type { Term } from '../../value/term.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Cite } from '../../walk/cite.ts';
import type { LinuxRoute, NextHop } from './route.ts';

/** rtnetlink's scopes: how far an address is good. */
export const SCOPE = { global: 0, site: 200, link: 253, host: 254 } as const;

const LOOPBACKS = setOf([prefixOf(LOOPBACK[4], 8), hostPrefix(LOOPBACK[6])]);

/** What `ip addr add` takes as scope when none is stated (default_scope of iproute2). */
export const scopeOf = (address: Address): number => (has(LOOPBACKS, address) ? SCOPE.host : SCOPE.global);

/** An address of an interface, with the network it is in; behind a `peer` that is the peer's. */
export interface InterfaceAddress {
  readonly address: Address;
  readonly network: Prefix;
  /** 0 to 255. Default global. */
  readonly scope?: number;
  /** As `ip addr` says; without it a later address of a network that is there already is secondary. */
  readonly isSecondary?: boolean;
  /** As stated; the last address of the network is one in any case. */
  readonly broadcast?: Address;
  /** The address makes no route to its network. */
  readonly hasNoRoute?: boolean;
  readonly at?: Cite | undefined;
}

/** What an interface is besides its addresses. */
export interface LinkState {
  /** Octets of an IP packet. */
  readonly mtu: number;
  readonly isUp: boolean;
  readonly hasCarrier: boolean;
  /** For suppress_ifgroup. */
  readonly group: number;
}

export const ETHERNET: LinkState = { mtu: 1500, isUp: true, hasCarrier: true, group: 0 };
export const LOOPBACK_LINK: LinkState = { ...ETHERNET, mtu: 65_536 };

/**
 * The addresses as the kernel lists them: of IPv4 (__inet_insert_ifa) primary ones by falling scope, then secondary ones,
 * which are later addresses of a network that is there already; of IPv6 as they are stated.
 */
export function inKernelOrder(stated: readonly InterfaceAddress[]): readonly InterfaceAddress[] {
  const primary: InterfaceAddress[] = [];
  const secondary: InterfaceAddress[] = [];
  for (const one of stated.filter(({ address }) => familyOf(address) === 4)) {
    const isSecondary = one.isSecondary ?? primary.some((other) => samePrefix(other.network, one.network));
    (isSecondary ? secondary : primary).push({ ...one, isSecondary });
  }
  return [
    ...primary.toSorted((a, b) => (b.scope ?? 0) - (a.scope ?? 0)),
    ...secondary,
    ...stated.filter(({ address }) => familyOf(address) === 6),
  ];
}

/** The entries of table local that an interface's addresses are (fib_add_ifaddr, addrconf_add_ifaddr). */
export function localRoutes(dev: string, addresses: readonly InterfaceAddress[], at: Cite): LinuxRoute[] {
  return addresses.flatMap((one) => {
    const { address, network, isSecondary, broadcast } = one;
    const primary = isSecondary
      ? (addresses.find((other) => samePrefix(other.network, network)) ?? one)
      : one;
    const entry = (type: LinuxRoute['type'], prefix: Prefix): LinuxRoute => ({
      prefix,
      type,
      dev,
      src: primary.address,
      metric: 0,
      table: 'local',
      at,
    });
    if (familyOf(address) === 6) return [entry('local', hostPrefix(address))];
    const ends = [
      ...(isSecondary || !hasNetwork(one) || network.length > 30 ? [] : [network.last]),
      broadcast,
    ];
    return [
      entry('local', hostPrefix(address)),
      ...(dev === 'lo' && !isSecondary && hasNetwork(one) ? [entry('local', network)] : []),
      ...ends.flatMap((end) => (end === undefined ? [] : [entry('broadcast', hostPrefix(end))])),
    ];
  });
}

/** Of a router also the first address of each IPv6 network (addrconf_join_anycast; RFC 4291 section 2.6.1). */
export const anycastRoutes = (dev: string, addresses: readonly InterfaceAddress[], at: Cite): LinuxRoute[] =>
  addresses
    .filter(({ address, network }) => familyOf(address) === 6 && network.length < 127)
    .map(({ network }) => ({
      prefix: hostPrefix(network.first),
      type: 'anycast',
      dev,
      metric: 0,
      table: 'local',
      at,
    }));

/** Routes to the networks of an interface, as the kernel makes them of its addresses. */
export const connectedRoutes = (
  dev: string,
  addresses: readonly InterfaceAddress[],
  at: Cite,
): LinuxRoute[] =>
  addresses
    .filter((one) => one.isSecondary !== true && one.hasNoRoute !== true && hasNetwork(one))
    .map(({ network, address }) => ({
      prefix: network,
      type: 'unicast',
      dev,
      src: address,
      metric: 0,
      table: 'main',
      at,
    }));

/** A host prefix that is the address itself is no network. */
const hasNetwork = ({ address, network }: InterfaceAddress): boolean =>
  network.first !== network.last || network.first !== address;

/** Whether an IPv4 address may be a source that is good that far. */
const eligible =
  (scope: number) =>
  ({ address, isSecondary, scope: own = 0 }: InterfaceAddress): boolean =>
    familyOf(address) === 4 && isSecondary !== true && own <= scope;

/**
 * inet_select_addr: the first primary address of the interface whose network holds the next hop, else its first, else the
 * first global one of another interface, lo first.
 */
export function selectAddress(
  interfaces: ReadonlyMap<string, readonly InterfaceAddress[]>,
  dev: string,
  nextHop: Term | undefined,
  scope: number,
  ask: Ask,
): Address | undefined {
  const own = (interfaces.get(dev) ?? []).filter(eligible(scope));
  const near =
    nextHop && own.find(({ network }) => ask.within(nextHop, range(network.first, network.last), undefined));
  const chosen = near ?? own[0];
  if (chosen) return chosen.address;
  const others = [...(interfaces.get('lo') ?? []), ...[...interfaces.values()].flat()];
  return others.find(eligible(Math.min(scope, SCOPE.link - 1)))?.address;
}

/** The interface whose network holds an address: where a route by `via` alone leads. */
const deviceTowards = (
  interfaces: ReadonlyMap<string, readonly InterfaceAddress[]>,
  address: Address,
): string | undefined =>
  [...interfaces].find(([, own]) => own.some(({ network }) => contains(network, address)))?.[0];

/** A route by `via` alone leaves by the interface whose network holds the next hop. */
export function withDevices(
  route: LinuxRoute,
  interfaces: ReadonlyMap<string, readonly InterfaceAddress[]>,
): LinuxRoute {
  const placed = <Hop extends NextHop>(hop: Hop): Hop => {
    if (hop.dev !== undefined || hop.via === undefined) return hop;
    const dev = deviceTowards(interfaces, hop.via);
    return dev === undefined ? { ...hop, isDead: true } : { ...hop, dev };
  };
  return route.nextHops ? { ...route, nextHops: route.nextHops.map(placed) } : placed(route);
}
