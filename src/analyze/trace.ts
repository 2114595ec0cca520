/** One flow, there and back: the question that `nettrace walk` asks. */
import { familyOf, formatAddress, type Address } from '../value/address.ts';
import { contains } from '../value/prefix.ts';
import { valueOf } from '../value/term.ts';
import { ICMP_TYPE } from '../packet/icmp.ts';
import { answerTo, makePacket, type PacketValues } from '../packet/make.ts';
import { transportOf, type Packet } from '../packet/packet.ts';
import { flagNames, type TcpFlag } from '../packet/tcp.ts';
import type { Ask } from '../walk/ask.ts';
import { concretely, type Picks } from '../walk/concrete.ts';
import type { Device } from '../walk/device.ts';
import type { SessionStore } from '../walk/session.ts';
import { walk, type Start, type Walk } from '../walk/walk.ts';
import type { Supposed } from './fold-report.ts';
import type { Topology } from '../topology/topology.ts';

export interface Question {
  /** `ttl` undefined takes what the sender's kernel uses. */
  readonly packet: Omit<PacketValues, 'ttl'> & { readonly ttl?: number | undefined };
  /** Inject at this port instead of at the owner of the source address. */
  readonly in?: { readonly node: string; readonly port: string } | undefined;
  readonly picks: Picks;
  /** No answer is walked. */
  readonly noReturn: boolean;
  /** The ACK that completes a TCP handshake is walked too. */
  readonly handshake: boolean;
}

export interface TracedWalk {
  readonly direction: 'forward' | 'return' | 'follow-up';
  readonly walk: Walk;
  /** Of a follow-up: what caused it, the walk by its index, and which of the packets that this walk originated it is. */
  readonly cause?: { readonly what: string; readonly walk: number; readonly nth: number };
}

export interface Trace {
  readonly walks: readonly TracedWalk[];
  readonly supposed: readonly Supposed[];
}

/** Why a question has no beginning: nothing in the topology could send the packet. */
export interface NoOrigin {
  readonly problem: string;
  readonly suggestion: string;
}

/** Packets that packets cause cause packets: as many follow-ups are walked, and no more. */
const MOST_FOLLOW_UPS = 8;

/** Walks the flow, its answer, and what devices sent because of either. Sessions in the store serve and are kept. */
export function trace(topology: Topology, question: Question, store: SessionStore): Trace | NoOrigin {
  const origin = originOf(topology, question);
  if ('problem' in origin) return origin;
  const ask = concretely(question.picks);
  const step = (start: Start): Walk => walk(topology.network, start, ask, store);
  if (question.in) sendUnseen(topology, origin.start, question.packet.src, ask, store);
  const there = step(origin.start);
  const walks: TracedWalk[] = [{ direction: 'forward', walk: there }];
  const answer =
    question.noReturn || there.verdict.outcome !== 'delivered'
      ? undefined
      : answerOf(there.packet, there.device);
  if (answer) {
    const back = step({ device: there.device, packet: answer.packet });
    walks.push({ direction: 'return', walk: back });
    if (question.handshake && answer.isHandshake && back.verdict.outcome === 'delivered') {
      const ack = answerTo(back.packet, ttlOf(back.device, back.packet), ['ACK']);
      walks.push({ direction: 'forward', walk: step({ device: back.device, packet: ack }) });
    }
  }
  followUp(walks, step);
  return { walks, supposed: origin.supposed };
}

/** An injected packet was sent before it was seen: whoever owns its source expects the answer. */
function sendUnseen(
  topology: Topology,
  { device, packet }: Start,
  src: Address,
  ask: Ask,
  store: SessionStore,
): void {
  const [owner, ...others] = topology.owners(src);
  const sender = owner && others.length === 0 ? topology.device(owner.node) : undefined;
  if (!sender?.originate || sender === device) return;
  const ignore = (): void => undefined;
  const action = sender.originate(packet, { ask, sessions: store, note: ignore, originate: ignore });
  if (action.do === 'drop') store.discard();
  else store.commit();
}

/** Walks what the walks so far made devices send, and what that made them send, up to the bound. */
function followUp(walks: TracedWalk[], step: (start: Start) => Walk): void {
  const begun = walks.length;
  for (let i = 0; i < walks.length; i++) {
    for (const [nth, made] of walks[i]!.walk.originated.entries()) {
      if (walks.length - begun >= MOST_FOLLOW_UPS) return;
      walks.push({
        direction: 'follow-up',
        walk: step({ device: made.device, packet: made.packet }),
        cause: { what: made.cause, walk: i, nth },
      });
    }
  }
}

interface Answer {
  readonly packet: Packet;
  readonly isHandshake: boolean;
}

/** What the receiver answers; undefined for what is not answered: a reset, an ICMP message other than an echo request. */
function answerOf(packet: Packet, receiver: Device): Answer | undefined {
  const transport = transportOf(packet);
  const ttl = ttlOf(receiver, packet);
  if (transport?.proto === 'icmp' || transport?.proto === 'icmpv6') {
    const isRequest = valueOf(transport.type) === ICMP_TYPE[transport.proto === 'icmp' ? 4 : 6].request;
    return isRequest ? { packet: answerTo(packet, ttl, []), isHandshake: false } : undefined;
  }
  if (transport?.proto !== 'tcp') return { packet: answerTo(packet, ttl, []), isHandshake: false };
  const flags: readonly TcpFlag[] = flagNames(valueOf(transport.flags) as number);
  if (flags.includes('RST')) return undefined;
  const isHandshake = flags.includes('SYN') && !flags.includes('ACK');
  return { packet: answerTo(packet, ttl, isHandshake ? ['SYN', 'ACK'] : ['ACK']), isHandshake };
}

const DEFAULT_TTL = 64;

const ttlOf = (device: Device, packet: Packet): number =>
  device.ttl?.(packet.headers[0]?.proto === 'ipv6' ? 6 : 4) ?? DEFAULT_TTL;

interface Origin {
  readonly start: Start;
  readonly supposed: readonly Supposed[];
}

function originOf(topology: Topology, question: Question): Origin | NoOrigin {
  const { packet: values } = question;
  const family = familyOf(values.src);
  const packetFrom = (device?: Device): Packet =>
    makePacket({ ...values, ttl: values.ttl ?? device?.ttl?.(family) ?? DEFAULT_TTL });
  if (question.in)
    return {
      start: { device: topology.device(question.in.node), port: question.in.port, packet: packetFrom() },
      supposed: [],
    };
  const owners = topology.owners(values.src);
  if (owners.length > 1) {
    const names = owners.map((one) => `${one.node} (${one.network})`).join(', ');
    return {
      problem: `${formatAddress(values.src)} is the address of several machines: ${names}`,
      suggestion: 'say which with --in NODE/PORT',
    };
  }
  const owner = owners[0] && topology.device(owners[0].node);
  if (owner) return { start: { device: owner, packet: packetFrom(owner) }, supposed: [] };
  return presumedOrigin(topology, values.src, packetFrom());
}

/** On a site, hosts may exist that the topology does not name; elsewhere somebody must own the source. */
function presumedOrigin(topology: Topology, src: Address, packet: Packet): Origin | NoOrigin {
  const site = [...topology.declared.sites.values()].find((one) =>
    one.prefixes.some((range) => contains(range, src)),
  );
  if (site) {
    const about = `${formatAddress(src)} on site ${site.name}`;
    return {
      start: { device: topology.device(site.edge), port: 'lan', packet },
      supposed: [{ code: 'origin-presumed', about }],
    };
  }
  return {
    problem: `nothing in the topology has the source address ${formatAddress(src)}`,
    suggestion: 'add a machine with that address, or inject the packet with --in NODE/PORT',
  };
}
