/** The largest packet that a route takes, and what becomes of larger ones: ip_dst_mtu_maybe_forward, ip_exceeds_mtu. */
import { ipOf, lengthOf, transportOf, type Packet } from '../../packet/packet.ts';
import { single } from '../../value/integer-set.ts';
import type { Action, Io } from '../../walk/device.ts';
import { sendTooBig } from './errors.ts';
import { ETHERNET } from './interface.ts';
import type { LinuxMachine } from './machine.ts';
import type { LinuxRoute } from './route.ts';

/** RFC 8200 section 5: no IPv6 link has less. */
const LEAST_OF_IPV6 = 1280;

/** Octets of an IP packet: what the route says goes before what the interface has. */
function mtuOf({ links }: LinuxMachine, { proto }: { readonly proto: string }, route: LinuxRoute): number {
  const mtu = route.mtu ?? (links.get(route.dev ?? '') ?? ETHERNET).mtu;
  return proto === 'ipv6' ? Math.max(mtu, LEAST_OF_IPV6) : mtu;
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
