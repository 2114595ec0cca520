/**
 * A router as RFC 1812 and RFC 4443 have it: longest prefix, one less to live, ICMP errors. The kernel's forwarding is that,
 * with forwarding on and no filter, so it is the one that walks here.
 */
import { familyOf, type Family } from '../../value/address.ts';
import { constant } from '../../value/term.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Device, Io } from '../../walk/device.ts';
import {
  anycastRoutes,
  connectedRoutes,
  ETHERNET,
  localRoutes,
  type InterfaceAddress,
} from '../linux/interface.ts';
import { linux } from '../linux/kernel.ts';
import { DEFAULT_RULES, inOrder, type PolicyRule } from '../linux/policy-rule.ts';
import type { LinuxRoute } from '../linux/route.ts';
import { routing } from '../linux/routing.ts';
import { sysctl } from '../linux/sysctl.ts';
import type { Passed, Passing } from '../netfilter/netfilter.ts';
import { tunnels } from '../tunnel/tunnels.ts';
import type { RouteMapEntry } from './route-map.ts';

export interface RouterInterface {
  readonly addresses: readonly InterfaceAddress[];
  readonly mac: number;
  /** Octets of the largest IP packet. */
  readonly mtu: number | undefined;
  readonly at: Cite;
}

export interface RouterConfig {
  readonly node: string;
  readonly kind: string;
  readonly where: string | undefined;
  readonly place: string | undefined;
  readonly interfaces: ReadonlyMap<string, RouterInterface>;
  /** Beside those to its own networks; each with the interface that it leaves by. */
  readonly routes: readonly LinuxRoute[];
  /** In the order in which they are asked. */
  readonly routeMaps: readonly RouteMapEntry[];
  readonly at: Cite;
}

/** What becomes of a packet that is to be forwarded, once its route is known. */
export type Transit = (passing: Passing, io: Io) => Passed;

/** Routers forward, and spread flows over equal-cost next hops by their ports too (RFC 2992). */
const ON = [
  'net.ipv4.ip_forward',
  'net.ipv6.conf.all.forwarding',
  'net.ipv4.fib_multipath_hash_policy',
  'net.ipv6.fib_multipath_hash_policy',
];

const accept: Transit = (passing) => ({ do: 'accept', passing });

export function router(config: RouterConfig, transit: Transit = accept): Device {
  const { node, kind, where, place, interfaces, routeMaps, at } = config;
  const addresses = new Map([...interfaces].map(([port, one]) => [port, one.addresses]));
  return linux({
    node,
    kind,
    where,
    place,
    interfaces: addresses,
    links: new Map(
      [...interfaces].map(([port, { mtu }]) => [port, { ...ETHERNET, mtu: mtu ?? ETHERNET.mtu }]),
    ),
    macs: new Map([...interfaces].map(([port, { mac }]) => [port, constant(mac)])),
    neighbours: new Map(),
    routing: routing({
      routes: [
        ...[...interfaces].flatMap(([port, one]) => ownRoutes(port, one)),
        ...config.routes,
        ...routeMaps.map(({ route }) => route),
      ],
      rules: { ...steering(4, routeMaps), ...steering(6, routeMaps) },
    }),
    sysctl: sysctl(new Map(ON.map((key) => [key, { value: 1, at }]))),
    netfilter: {
      tracks: false,
      pass: (hook, passing, io) => (hook === 'FORWARD' ? transit : accept)(passing, io),
    },
    listeners: undefined,
    tunnels: tunnels([]),
    vlans: [],
    at,
  });
}

/** Its own addresses, and the networks that they are in. */
const ownRoutes = (port: string, { addresses, at }: RouterInterface): readonly LinuxRoute[] => [
  ...localRoutes(port, addresses, at),
  ...anycastRoutes(port, addresses, at),
  ...connectedRoutes(port, addresses, at),
];

/** Route maps go before the routing table and after the router's own addresses. */
function steering(
  family: Family,
  routeMaps: readonly RouteMapEntry[],
): { readonly [of in Family]?: readonly PolicyRule[] } {
  const own = routeMaps.filter(({ route }) => familyOf(route.prefix.first) === family);
  return own.length === 0
    ? {}
    : {
        [family]: inOrder(
          DEFAULT_RULES[family],
          own.flatMap(({ rules }) => rules),
        ),
      };
}
