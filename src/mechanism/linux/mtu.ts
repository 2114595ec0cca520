/** The largest packet that a route takes, and what becomes of larger ones: ip_dst_mtu_maybe_forward, ip_exceeds_mtu. */
import { ipOf, lengthOf, transportOf, type Packet } from '../../packet/packet.ts';
import type { Family } from '../../value/address.ts';
import { single } from '../../value/integer-set.ts';
import { ZERO } from '../../value/term.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Action, Io } from '../../walk/device.ts';
import { familyNumber } from '../ttl.ts';
import { sendTooBig } from './errors.ts';
import { ETHERNET } from './interface.ts';
import { queryFor } from './lookup.ts';
import type { LinuxMachine } from './machine.ts';
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

/** What stands before the data of a segment, in octets. */
const TCP_HEADERS: Readonly<Record<Family, number>> = { 4: 40, 6: 60 };

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
  if (lengthOf(packet) <= mtu || mayBeCut(packet, io)) return undefined;
  io.note({ type: 'mtu', port: route.dev!, mtu, did: 'refused' });
  sendTooBig(machine, packet, mtu, port, io);
  return { do: 'drop', reason: 'packet-too-big', at: route.at ?? machine.at };
}

/** Says that the packet leaves in pieces; it goes on as one, for what comes next puts it together again. */
export function noteFragments(machine: LinuxMachine, packet: Packet, route: LinuxRoute, io: Io): void {
  const mtu = mtuOf(machine, ipOf(packet)!, route);
  if (lengthOf(packet) > mtu) io.note({ type: 'mtu', port: route.dev!, mtu, did: 'fragmented' });
}

/** Only IPv4 without DF is cut by a router. TCP sets it unless told otherwise (ip-sysctl: ip_no_pmtu_disc). */
function mayBeCut(packet: Packet, { ask }: Io): boolean {
  const ip = ipOf(packet)!;
  if (ip.proto === 'ipv6') return false;
  return ip.df ? ask.within(ip.df, single(0), undefined) : transportOf(packet)?.proto !== 'tcp';
}
