/** ICMP errors that the kernel sends about packets of others: icmp_send and icmp6_send, and where they come from. */
import { LOOPBACK, V6, type Family } from '../../value/address.ts';
import { range, single, type IntegerSet } from '../../value/integer-set.ts';
import { constant, ZERO, type Term } from '../../value/term.ts';
import { ICMP_TYPE } from '../../packet/icmp.ts';
import type { Flow } from '../../packet/flow.ts';
import { ipOf, transportOf, type Packet } from '../../packet/packet.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Io } from '../../walk/device.ts';
import { errorClass, familyNumber, icmpError, type IcmpErrorKind } from '../ttl.ts';
import { SCOPE, selectAddress } from './interface.ts';
import { ipv6Source } from './ipv6-source.ts';
import { LINK_LOCAL } from './link-scope.ts';
import { UNBOUND } from './lookup.ts';
import type { LinuxMachine } from './machine.ts';
import { MULTICAST } from './multicast.ts';
import { sourceBy } from './source.ts';
import { isRefusal, type Found, type RouteQuery } from './routing.ts';

/** Types that are errors, or unknown: none is answered (icmp_pointers[].error, RFC 4443 section 2.4 e). */
const UNANSWERED: Readonly<Record<Family, IntegerSet>> = {
  4: [...range(3, 5), ...range(11, 12), ...range(19, 255)],
  6: range(0, 127),
};
/** Sources of IPv6 that are nobody's: `::` and groups (icmp6_send, RFC 4443 section 2.4 e). */
const NOBODY = [...single(V6), ...MULTICAST[6]];

/** Destination unreachable with this code, to the packet's source. */
export function sendUnreachable(
  machine: LinuxMachine,
  packet: Packet,
  code: number,
  cause: string,
  io: Io,
  port?: string,
): void {
  const { unreachable } = ICMP_TYPE[familyNumber(ipOf(packet)!.proto)];
  sendError(machine, packet, { type: unreachable, code }, cause, io, port);
}

/** `port` is where the packet came in; without it, or for a packet to the machine itself, the error is from its target. */
export function sendError(
  machine: Host,
  packet: Packet,
  kind: IcmpErrorKind,
  cause: string,
  io: Io,
  port?: string,
): void {
  const transport = transportOf(packet);
  const family = familyNumber(ipOf(packet)!.proto);
  const isIcmp = transport?.proto === 'icmp' || transport?.proto === 'icmpv6';
  if (isIcmp && io.ask.within(transport.type, UNANSWERED[family], undefined)) return;
  if (family === 6 && io.ask.within(ipOf(packet)!.src, NOBODY, undefined)) return;
  const way = wayOf(machine, packet, kind, port, io);
  const made = way && icmpError(packet, kind, way.source);
  if (!made) return;
  sent.set(made, way.found);
  io.originate(made, cause);
}

/** icmp_reply, icmpv6_echo_reply: the socket of ICMP is locked as long as an answer leaves, so no error is sent about it. */
export const withoutErrors = (io: Io): Io => ({ ...io, originate: () => undefined });

/**
 * The route of an error that was made, looked up before its source was known: rules `from` its source do not see it
 * (icmp_route_lookup).
 */
export const sent = new WeakMap<Packet, Found>();

type Host = Pick<LinuxMachine, 'interfaces' | 'routing' | 'sysctl'>;

interface Way {
  readonly found: Found;
  readonly source: Term;
}

/** Where an error about a packet goes out, and from which address; undefined when there is no way to its target. */
function wayOf(
  machine: Host,
  packet: Packet,
  kind: IcmpErrorKind,
  port: string | undefined,
  io: Io,
): Way | undefined {
  const { src, dst, proto } = ipOf(packet)!;
  const family = familyNumber(proto);
  const isOwn = machine.routing.isLocal(dst, io.ask) && !isFarLoopback(dst, port, io);
  const own = isOwn ? dst : family === 4 ? inbound(machine, port, src, io) : undefined;
  const query = queryOf(packet, kind, own ?? UNBOUND[family], port, io);
  if (family === 6 && own === undefined) return wayOf6(machine, query, port, io);
  const found = machine.routing.lookup(query, io.ask);
  if (!found.route || isRefusal(found.route)) return undefined;
  const source = own ?? sourceBy(machine, family, found.route, src, io.ask) ?? constant(DUMMY);
  return { found, source };
}

/** ipv6_chk_addr: ::1 is of lo alone, and a translation may have put it into what came from the wire. */
const isFarLoopback = (dst: Term, port: string | undefined, { ask }: Io): boolean =>
  port !== undefined && port !== 'lo' && ask.within(dst, single(LOOPBACK[6]), undefined);

/** What is asked for an error's route. Its ports are where its type and code are (flowi_uli is a union). */
function queryOf(
  about: Packet,
  { type, code }: IcmpErrorKind,
  src: Term,
  port: string | undefined,
  { ask }: Io,
): RouteQuery {
  const ip = ipOf(about)!;
  const family = familyNumber(ip.proto);
  const flow: Flow = {
    proto: constant(family === 4 ? 1 : 58),
    src,
    dst: ip.src,
    sport: ZERO,
    dport: constant(type * 256 + code),
  };
  const oif = family === 6 && ask.within(ip.src, LINK_LOCAL, undefined) ? port : undefined;
  return { family, dst: ip.src, flow, dscp: errorClass(ip).dscp ?? ZERO, iif: 'lo', oif, mark: ZERO };
}

/** With icmp_errors_use_inbound_ifaddr an error is from the interface that its packet came in by. */
function inbound(
  { sysctl, interfaces }: Host,
  port: string | undefined,
  target: Term,
  { ask }: Io,
): Term | undefined {
  if (port === undefined || sysctl.get('net.ipv4.icmp_errors_use_inbound_ifaddr') === 0) return undefined;
  const address = selectAddress(interfaces, port, target, SCOPE.link, ask);
  return address === undefined ? undefined : constant(address);
}

/** 192.0.0.8, from which a router without any address sends its errors (INADDR_DUMMY, RFC 7600). */
const DUMMY = 0xc0000008;

/**
 * icmp6_send: the source is one of the interface that the packet came in by, unless the route back names one; then, or if
 * nothing came in, it is what the route has that the error takes (ip6_dst_lookup_tail).
 */
function wayOf6(host: Host, query: RouteQuery, port: string | undefined, { ask }: Io): Way | undefined {
  const { routing } = host;
  const best = (dev: string | undefined): Term | undefined => {
    const found = ask.lookup(
      query.dst,
      { find: (target) => ipv6Source(host.interfaces, dev, target) },
      undefined,
    );
    return found === undefined ? undefined : constant(found);
  };
  const from = (source: Term | undefined): Way | undefined =>
    source && usable(routing.lookup({ ...query, flow: { ...query.flow, src: source } }, ask), source);
  if (port !== undefined && !namesSource(host, query, ask)) return from(best(port));
  const unbound = routing.lookup(query, ask);
  const { route } = unbound;
  if (!route || isRefusal(route)) return from(best(undefined));
  const source = route.src === undefined ? best(route.dev) : constant(route.src);
  return source && usable(unbound, source);
}

/** icmpv6_rt_has_prefsrc, which asks before the type of the error is known. */
function namesSource({ routing }: Host, query: RouteQuery, ask: Ask): boolean {
  const flow = { ...query.flow, dport: ZERO };
  const { route } = routing.lookup({ ...query, oif: undefined, flow }, ask);
  return route !== undefined && !isRefusal(route) && route.src !== undefined;
}

/** Nothing is sent to an anycast address (icmpv6_route_lookup). */
const usable = (found: Found, source: Term): Way | undefined =>
  !found.route || isRefusal(found.route) || found.route.type === 'anycast' ? undefined : { found, source };
