/** IPv6 addresses that mean another host on each link: what goes to them leaves by a given interface (rt6_need_strict). */
import { LOOPBACK, parseAddress } from '../../value/address.ts';
import { hostPrefix, prefixOf } from '../../value/prefix.ts';
import { setOf, single } from '../../value/integer-set.ts';
import { ZERO, type Term } from '../../value/term.ts';
import { reverse } from '../../packet/flow.ts';
import { flowOf, ipOf, rewrite, transportOf, type Packet } from '../../packet/packet.ts';
import { flagsWith } from '../../packet/tcp.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Io } from '../../walk/device.ts';
import { queryFor, UNBOUND } from './lookup.ts';
import type { LinuxMachine } from './machine.ts';
import { isRefusal } from './routing.ts';
import { sourceBy } from './source.ts';

const LINK = prefixOf(parseAddress('fe80::')!, 10);

/** fe80::/10 */
export const LINK_LOCAL = setOf([LINK]);

/** Link-local addresses, and ::1, which a translation can put into what came from the wire. */
const STRICT = setOf([LINK, hostPrefix(LOOPBACK[6])]);

/** Whether a packet to this address must leave by the interface that its question came by. */
export const isStrict = (address: Term, ask: Ask): boolean => ask.within(address, STRICT, undefined);

const waysOf = (machine: LinuxMachine): string => `${machine.node}/ways`;

const ECHO_REQUEST = single(128);
const ECHO_REPLY = { icmp: single(0), icmpv6: single(129) } as const;
const HAS_RST = flagsWith('RST');

/** What a machine answers to a ping. */
export function isEchoReply(packet: Packet, { ask }: Io): boolean {
  const icmp = transportOf(packet);
  const isIcmp = icmp?.proto === 'icmp' || icmp?.proto === 'icmpv6';
  return isIcmp && ask.within(icmp.type, ECHO_REPLY[icmp.proto], undefined);
}

/** A packet is delivered that came in by `port`: its answer may have to go back there. */
export function rememberWay(machine: LinuxMachine, port: string | undefined, packet: Packet, io: Io): void {
  const { proto, src } = ipOf(packet)!;
  if (proto === 'ipv4' || port === undefined || port === 'lo') return;
  const transport = transportOf(packet);
  const isPing = transport?.proto === 'icmpv6' && io.ask.within(transport.type, ECHO_REQUEST, undefined);
  if (!isPing && !isStrict(src, io.ask)) return;
  const flow = flowOf(packet);
  const known = io.sessions.find(waysOf(machine), flow, 'original')?.session;
  if (known?.pin !== port)
    io.sessions.stage(waysOf(machine), { original: flow, reply: reverse(flow), pin: port }, known);
}

/**
 * The interface by which the machine's own packet must leave, or which an echo reply asks for (icmpv6_echo_reply). Sockets
 * are bound to the interface of a link-local peer; only what the kernel answers by itself goes after ::1.
 */
export function wayBack(
  machine: LinuxMachine,
  packet: Packet,
  io: Io,
): { readonly oif?: string; readonly asked?: string } {
  const { proto, dst } = ipOf(packet)!;
  if (proto === 'ipv4') return {};
  const transport = transportOf(packet);
  const isPing = isEchoReply(packet, io);
  const isReset = transport?.proto === 'tcp' && io.ask.within(transport.flags, HAS_RST, undefined);
  const isBound = io.ask.within(dst, LINK_LOCAL, undefined) || (isStrict(dst, io.ask) && (isReset || isPing));
  if (!isBound && !isPing) return {};
  const port = io.sessions.find(waysOf(machine), flowOf(packet), 'reply')?.session.pin;
  if (port === undefined) return {};
  return isBound ? { oif: port } : { asked: port };
}

/** icmpv6_echo_reply: what answers for an anycast address is the machine's address towards the asker (anycast_src_echo_reply). */
export function fromUnicast(machine: LinuxMachine, packet: Packet, io: Io): Packet {
  const { proto, src, dst } = ipOf(packet)!;
  if (proto === 'ipv4' || !isEchoReply(packet, io)) return packet;
  const { routing } = machine;
  if (routing.inTable('local', { dst: src, dscp: ZERO }, io.ask)?.type !== 'anycast') return packet;
  const query = queryFor(rewrite(packet, { src: UNBOUND[6] }), { iif: 'lo', mark: ZERO });
  const { route } = routing.lookup({ ...query, ...wayBack(machine, packet, io) }, io.ask);
  const source = route && !isRefusal(route) ? sourceBy(machine, 6, route, dst, io.ask) : undefined;
  return source ? rewrite(packet, { src: source }) : packet;
}
