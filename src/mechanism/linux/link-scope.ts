/** IPv6 addresses that mean another host on each link: what goes to them leaves by a given interface (rt6_need_strict). */
import { LOOPBACK, parseAddress } from '../../value/address.ts';
import { hostPrefix, prefixOf } from '../../value/prefix.ts';
import { setOf } from '../../value/integer-set.ts';
import type { Term } from '../../value/term.ts';
import { reverse } from '../../packet/flow.ts';
import { flowOf, ipOf, type Packet } from '../../packet/packet.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Io } from '../../walk/device.ts';
import type { LinuxMachine } from './machine.ts';

const LINK = prefixOf(parseAddress('fe80::')!, 10);

/** fe80::/10 */
export const LINK_LOCAL = setOf([LINK]);

/** Link-local addresses, and ::1, which a translation can put into what came from the wire. */
const STRICT = setOf([LINK, hostPrefix(LOOPBACK[6])]);

/** Whether a packet to this address must leave by the interface that its question came by. */
export const isStrict = (address: Term, ask: Ask): boolean => ask.within(address, STRICT, undefined);

const waysOf = (machine: LinuxMachine): string => `${machine.node}/ways`;

/** A packet is delivered that came in by `port`: its answer, if there is one, goes back there. */
export function rememberWay(machine: LinuxMachine, port: string | undefined, packet: Packet, io: Io): void {
  const { proto, src } = ipOf(packet)!;
  if (proto === 'ipv4' || port === undefined || port === 'lo' || !isStrict(src, io.ask)) return;
  const flow = flowOf(packet);
  const known = io.sessions.find(waysOf(machine), flow, 'original')?.session;
  io.sessions.stage(waysOf(machine), { original: flow, reply: reverse(flow), pin: port }, known);
}

/** The interface by which the machine's own packet must leave, if it answers one that came in by it. */
export const wayBack = (machine: LinuxMachine, packet: Packet, io: Io): string | undefined =>
  ipOf(packet)!.proto === 'ipv6' && isStrict(ipOf(packet)!.dst, io.ask)
    ? io.sessions.find(waysOf(machine), flowOf(packet), 'reply')?.session.pin
    : undefined;
