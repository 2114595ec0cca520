/** The largest packet that a route takes, and what becomes of larger ones: ip_dst_mtu_maybe_forward, ip_exceeds_mtu. */
import {
  ipOf,
  linkLengthOf,
  pop,
  roomIn,
  transportOf,
  type Header,
  type Packet,
} from '../../packet/packet.ts';
import type { Family } from '../../value/address.ts';
import { ZERO } from '../../value/term.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Action, Io } from '../../walk/device.ts';
import { TCP_HEADERS } from '../segment-size.ts';
import { familyNumber } from '../ttl.ts';
import { mayBeCut, tooBig } from '../mtu.ts';
import { sendError } from './errors.ts';
import { ETHERNET } from './interface.ts';
import { queryFor } from './lookup.ts';
import type { LinuxMachine } from './machine.ts';
import { sealed } from './xfrm.ts';
import { by, deviceOf, hopsOf, type LinuxRoute } from './route.ts';

/** RFC 8200 section 5: no IPv6 link has less. */
const LEAST_OF_IPV6 = 1280;

/** Octets of an IP packet: what the route says goes before what the interface has. */
export function mtuOf(
  { links }: Pick<LinuxMachine, 'links'>,
  { proto }: { readonly proto: string },
  route: LinuxRoute,
): number {
  const mtu = route.mtu ?? (links.get(deviceOf(route) ?? '') ?? ETHERNET).mtu;
  return proto === 'ipv6' ? Math.max(mtu, LEAST_OF_IPV6) : mtu;
}

/** Octets of segments that no setting makes less: net.ipv4.route.min_adv_mss, net.ipv6.route.min_adv_mss. */
const LEAST_MSS: Readonly<Record<Family, number>> = { 4: 256, 6: 1220 };

/** Octets of the longest IP packet with a length of its own. */
const LONGEST = 65_535;

/** What a SYN of the machine says to take: ipv4_default_advmss, ip6_default_advmss. */
export function announcedMss(machine: LinuxMachine, packet: Packet, ask: Ask): number | undefined {
  const ip = ipOf(packet)!;
  const family = familyNumber(ip.proto);
  const { route } = machine.routing.lookup(queryFor(packet, { iif: 'lo', mark: ZERO }), ask);
  if (!route) return undefined;
  const mtu = Math.min(mtuOf(machine, ip, by(route, hopsOf(route)[0]!)), LONGEST);
  return Math.max(mtu - TCP_HEADERS[family], LEAST_MSS[family]);
}

/** A drop of what is too large to be forwarded and may not be cut. */
export function checkSize(
  machine: LinuxMachine,
  packet: Packet,
  port: string,
  route: LinuxRoute,
  io: Io,
): Action | undefined {
  const mtu = mtuOf(machine, ipOf(packet)!, route);
  if (linkLengthOf(packet) <= mtu || mayBeCut(packet, io)) return undefined;
  io.note({ type: 'mtu', port: route.dev!, mtu, did: 'refused', packet });
  const family = familyNumber(ipOf(packet)!.proto);
  sendError(machine, packet, tooBig(family, mtu), 'packet-too-big', io, port);
  return { do: 'drop', reason: 'packet-too-big', at: route.at ?? machine.at };
}

/**
 * A drop of what the machine itself wants to send and may not cut: whoever sends it gets EMSGSIZE. IPv6 is cut by who
 * sends it, and by nobody else.
 */
export function checkOwnSize(
  machine: LinuxMachine,
  packet: Packet,
  route: LinuxRoute,
  io: Io,
): Action | undefined {
  const ip = ipOf(packet)!;
  const mtu = mtuOf(machine, ip, route);
  const isCut = ip.proto === 'ipv6' ? transportOf(packet)?.proto !== 'tcp' : mayBeCut(packet, io);
  if (linkLengthOf(packet) <= mtu || isCut) return undefined;
  io.note({ type: 'mtu', port: deviceOf(route)!, mtu, did: 'refused', packet });
  return { do: 'drop', reason: 'packet-too-big', at: route.at ?? machine.at, note: 'EMSGSIZE' };
}

/**
 * A drop of a tunnel's packet that is too large for the way to its other end, and has DF. Of what it carries, who may not
 * be cut is told, if its packet was routed into the tunnel: tnl_update_pmtu, ip6_tnl_xmit; a bridged frame has no route to
 * answer by.
 */
export function checkOuterSize(
  machine: LinuxMachine,
  outer: Packet,
  route: LinuxRoute,
  io: Io,
): Action | undefined {
  const packet = sealed(machine, outer, io.ask)?.packet ?? outer;
  const mtu = mtuOf(machine, ipOf(packet)!, route);
  if (linkLengthOf(packet) <= mtu || mayBeCut(packet, io)) return undefined;
  io.note({ type: 'mtu', port: deviceOf(route)!, mtu, did: 'refused', packet });
  const around = packet.headers.findIndex((one, i) => i > 0 && isCarried(one));
  const inner = pop(packet, around);
  if (inner.headers[0]!.proto !== 'ethernet' && !mayBeCut(inner, io)) {
    const room = roomIn(packet.headers.slice(0, around), mtu);
    sendError(machine, inner, tooBig(familyNumber(ipOf(inner)!.proto), room), 'packet-too-big', io);
  }
  return { do: 'drop', reason: 'packet-too-big', at: route.at ?? machine.at };
}

/** What a tunnel carries begins so. */
const isCarried = ({ proto }: Header): boolean =>
  proto === 'ipv4' || proto === 'ipv6' || proto === 'ethernet';

/** Says that the packet leaves in pieces; it goes on as one, for what comes next puts it together again. */
export function noteFragments(machine: LinuxMachine, packet: Packet, route: LinuxRoute, io: Io): void {
  const mtu = mtuOf(machine, ipOf(packet)!, route);
  if (linkLengthOf(packet) > mtu) io.note({ type: 'mtu', port: route.dev!, mtu, did: 'fragmented', packet });
}
