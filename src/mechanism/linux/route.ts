/** Routes of a Linux table, and those that the kernel makes of an interface's addresses. */
import type { Address } from '../../value/address.ts';
import type { Prefix } from '../../value/prefix.ts';
import type { Cite } from '../../walk/cite.ts';

/** rtnetlink(7), rtm_type. `throw` ends the search in its table only. */
export const ROUTE_TYPES = [
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'throw',
  'unreachable',
  'blackhole',
  'prohibit',
] as const;

export type RouteType = (typeof ROUTE_TYPES)[number];

/** Where a route leads; without `via` the destination itself is the neighbour. */
export interface NextHop {
  readonly via?: Address;
  readonly dev?: string;
  /** Of a multipath route: its share, 1 to 256. */
  readonly weight?: number;
  /** The next hop is taken to be on the link, whatever the addresses say. */
  readonly isOnlink?: boolean;
  /** The interface has no carrier. */
  readonly isLinkDown?: boolean;
  /** The kernel does not use it. */
  readonly isDead?: boolean;
}

export interface LinuxRoute extends NextHop {
  readonly prefix: Prefix;
  readonly type: RouteType;
  readonly metric: number;
  /** The TOS octet that packets must have; undefined takes any. */
  readonly tos?: number;
  readonly src?: Address;
  /** Octets; what leaves by the route may be no larger, whatever the interface says. */
  readonly mtu?: number;
  readonly table: string;
  /** Two or more, of which a hash takes one; `via` and `dev` are then those of none. */
  readonly nextHops?: readonly NextHop[];
  /** `proto kernel`: made of an address, not added. */
  readonly isFromKernel?: boolean;
  readonly at?: Cite | undefined;
}

/** The route by one of its next hops. */
export function by(route: LinuxRoute, hop: NextHop): LinuxRoute {
  if (!route.nextHops) return route;
  const { nextHops: _, ...rest } = route;
  return { ...rest, ...hop };
}

/** Every next hop of a route. */
export const hopsOf = (route: LinuxRoute): readonly NextHop[] => route.nextHops ?? [route];

/** ip_route_output_key: what is for the machine itself leaves by lo, whatever interface has the address. */
export const deviceOf = ({ type, dev }: LinuxRoute): string | undefined => (type === 'local' ? 'lo' : dev);
