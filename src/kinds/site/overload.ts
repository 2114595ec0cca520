/**
 * What a site's edge router is taken to do with private sources on their way to the Internet: it puts its own public
 * address in, and brings the answer back (RFC 3022 section 2.2, Network Address Port Translation).
 */
import { flowOf, ipOf, type Packet } from '../../packet/packet.ts';
import { reverse, type Flow } from '../../packet/flow.ts';
import type { Address } from '../../value/address.ts';
import { setOf } from '../../value/integer-set.ts';
import { constant } from '../../value/term.ts';
import { PRIVATE_SPACE } from '../../mechanism/address-space.ts';
import { lentPorts } from '../../mechanism/public-address.ts';
import { translate } from '../../mechanism/translation.ts';
import type { Action, Io } from '../../walk/device.ts';

const PRIVATE = setOf(PRIVATE_SPACE);

const FIRST_PORT = 1024;
const LAST_PORT = 65_535;

/** Whether the packet's source is one that nobody on the Internet can answer. */
export const isTranslated = (packet: Packet, io: Io): boolean =>
  io.ask.within(ipOf(packet)!.src, PRIVATE, undefined);

/** Gives a packet with a private source the public address, and its port as long as no other flow has it. */
export function translateOut(address: Address, edge: string, packet: Packet, io: Io): Packet | Action {
  const flow = flowOf(packet);
  io.note({ type: 'assumed', code: 'site-translates', about: edge });
  const zone = lentPorts(address);
  const known = io.sessions.find(zone, flow, 'original');
  const to = known ? reverse(known.session.reply) : free({ ...flow, src: constant(address) }, zone, io);
  if (!to) return { do: 'drop', reason: 'outbound-ports-exhausted' };
  const translated = translate(packet, to, 'snat', io);
  if (!known) {
    const session = { original: flow, reply: reverse(to) };
    io.sessions.stage(zone, session);
    io.note({ type: 'session', did: 'opened', table: 'edge', ...session });
  }
  return translated;
}

/** The flow with its own source port, else with the first that no flow to this destination has. */
function free(to: Flow, zone: string, io: Io): Flow | undefined {
  let candidate = to;
  for (let port = FIRST_PORT; io.sessions.find(zone, reverse(candidate), 'reply'); port++) {
    if (port > LAST_PORT) return undefined;
    candidate = { ...to, sport: constant(port) };
  }
  return candidate;
}

/** Brings an answer back to the address behind the public one; undefined when no flow has begun here. */
export function translateBack(address: Address, packet: Packet, io: Io): Packet | undefined {
  if (!io.ask.within(ipOf(packet)!.dst, [address, address], undefined)) return packet;
  const found = io.sessions.find(lentPorts(address), flowOf(packet), 'reply');
  if (!found) return undefined;
  const { original, reply } = found.session;
  io.note({ type: 'session', did: 'matched', table: 'edge', original, reply });
  return translate(packet, reverse(original), 'unnat', io);
}
