/** One flow, there and back: the question that `nettrace walk` asks. */
import { familyOf, formatAddress, type Address } from '../value/address.ts';
import { contains } from '../value/prefix.ts';
import { valueOf } from '../value/term.ts';
import { ICMP_TYPE } from '../packet/icmp.ts';
import { answerTo, makePacket, type PacketValues } from '../packet/make.ts';
import { reverse } from '../packet/flow.ts';
import { flowOf, ipOf, transportOf, type Packet } from '../packet/packet.ts';
import { flagNames, type TcpFlag } from '../packet/tcp.ts';
import { INTERNET } from '../mechanism/internet.ts';
import type { Ask } from '../walk/ask.ts';
import { concretely, type Picks } from '../walk/concrete.ts';
import type { Device } from '../walk/device.ts';
import { pastDrops } from '../walk/past.ts';
import type { Reason } from '../walk/reason.ts';
import type { SessionStore } from '../walk/session.ts';
import type { Verdict } from '../walk/verdict.ts';
import { walk, type Start, type Walk } from '../walk/walk.ts';
import type { Supposed } from './fold-report.ts';
import { followUp, type TracedWalk } from './follow-up.ts';
import type { Topology } from '../topology/topology.ts';

export interface Question {
  /** `ttl` undefined takes what the sender's kernel uses. */
  readonly packet: Omit<PacketValues, 'ttl'> & { readonly ttl?: number | undefined };
  /** The machine that sends, when it was named: another may have the same address. */
  readonly from?: string | undefined;
  /** The machine that is to receive, when it was named. */
  readonly to?: string | undefined;
  /** Inject at this port instead of at the owner of the source address. */
  readonly in?: { readonly node: string; readonly port: string } | undefined;
  readonly picks: Picks;
  /** No answer is walked. What the kernel's own answer to an injected ping leaves behind is kept all the same. */
  readonly noReturn: boolean;
  /** Hosts that the topology does not have answer nothing. */
  readonly onlyKnown?: true;
  /** The ACK that completes a TCP handshake is walked too. */
  readonly handshake: boolean;
  /** It is about the next packet of a flow that was established in this topology. */
  readonly established?: { readonly in: Topology } | undefined;
  /** What checks stop for security's sake goes on. */
  readonly pastDrops?: true | undefined;
}

export interface Trace {
  readonly walks: readonly TracedWalk[];
  readonly supposed: readonly Supposed[];
  /** Where the sender is presumed to be, when it is none of the topology's machines. */
  readonly home?: string | undefined;
  /** Of a flow that was to be established first: whether it was. */
  readonly isEstablished?: boolean;
}

/** Why a question has no beginning: nothing in the topology could send the packet. */
export interface NoOrigin {
  readonly problem: string;
  readonly suggestion: string;
}

/**
 * Walks the flow, its answer, and what devices sent because of either; `tell` hears the end of each walk. Sessions in the
 * store serve and are kept.
 */
export function trace(
  topology: Topology,
  question: Question,
  store: SessionStore,
  asked: Ask = concretely(question.picks),
  tell: () => void = () => undefined,
): Trace | NoOrigin {
  const origin = originOf(topology, question);
  if ('problem' in origin) return origin;
  const ask = question.pastDrops ? pastDrops(asked) : asked;
  const step = (start: Start): Walk => {
    const made = walk(topology.network, start, ask, store);
    tell();
    return made;
  };
  const { start, sender, home } = origin;
  if (question.in) sendUnseen(sender, start, ask, store);
  const there = judged(step(start), question.to, question.packet.dst, topology);
  const walks: TracedWalk[] = [{ direction: 'forward', walk: there }];
  const replier = replierOf(topology, there, question);
  const answer = replier && answerOf(there.packet, replier, ask);
  const supposed = [...origin.supposed];
  if (question.noReturn && replier && answer?.isByKernel && question.in)
    step({ device: replier.device, packet: answer.packet });
  if (replier && answer && !question.noReturn) {
    supposed.push(...replier.supposed);
    const returned = step({ device: replier.device, port: replier.port, packet: answer.packet });
    const back = heard(judged(returned, sender?.node, question.packet.src, topology), start.packet, sender);
    walks.push({ direction: 'return', walk: back });
    const isHome = back.verdict.outcome === 'left' && back.verdict.towards === home;
    if (question.in && isHome)
      supposed.push({ code: 'origin-presumed', about: `${formatAddress(question.packet.src)} on ${home}` });
    if (question.handshake && answer.isHandshake && (isHome || back.verdict.outcome === 'delivered')) {
      const ack = answerTo(back.packet, { ttl: ttlOf(back.device, back.packet), flags: ['ACK'] });
      const again = { device: back.device, port: isHome ? start.port : undefined };
      walks.push({ direction: 'forward', walk: step({ ...again, packet: ack }) });
    }
  }
  followUp(walks, step);
  return { walks, supposed, home };
}

/** A walk that was to reach `wanted`: to be delivered to another machine that has the address too is to miss it. */
function judged(made: Walk, wanted: string | undefined, address: Address, topology: Topology): Walk {
  const { device, verdict } = made;
  const isMissed =
    verdict.outcome === 'delivered' &&
    wanted !== undefined &&
    device.node !== wanted &&
    topology.owners(address).some((owner) => owner.node === device.node);
  return isMissed ? dropped(made, 'receiver-other', wanted) : made;
}

/** An answer to whoever asked: from another address or port than was asked, or for another, it is no answer. */
function heard(made: Walk, asked: Packet, sender: Device | undefined): Walk {
  if (made.verdict.outcome !== 'delivered' || made.device !== sender) return made;
  const [is, was] = [flowOf(made.packet), reverse(flowOf(asked))];
  const isAnswer = (['src', 'dst', 'sport', 'dport'] as const).every(
    (field) => valueOf(is[field]) === valueOf(was[field]),
  );
  return isAnswer ? made : dropped(made, 'session-missing');
}

/** The walk with another end. */
function dropped(made: Walk, reason: Reason, note?: string): Walk {
  const verdict: Verdict = { outcome: 'dropped', reason, at: undefined };
  const ended = { type: 'ended', verdict, packet: made.packet, note } as const;
  return { ...made, verdict, events: [...made.events.slice(0, -1), ended] };
}

/** An injected packet was sent before it was seen: whoever sent it expects the answer. */
function sendUnseen(
  sender: Device | undefined,
  { device, packet }: Start,
  ask: Ask,
  store: SessionStore,
): void {
  if (!sender?.originate || sender === device) return;
  const ignore = (): void => undefined;
  const action = sender.originate(packet, { ask, sessions: store, note: ignore, originate: ignore });
  if (action.do === 'drop') store.discard();
  else store.commit();
}

/** Who answers, or where the answer comes in from a host that the topology does not have. */
interface Replier {
  readonly device: Device;
  readonly port?: string | undefined;
  readonly supposed: readonly Supposed[];
}

/** Whoever the packet was delivered to, the host on the Internet that it left Azure for, or one on an open segment. */
function replierOf(
  topology: Topology,
  { verdict, device, packet }: Walk,
  { onlyKnown }: Question,
): Replier | undefined {
  if (verdict.outcome === 'delivered') return verdict.isForMany ? undefined : { device, supposed: [] };
  if (verdict.outcome !== 'left' || onlyKnown) return undefined;
  const address = valueOf(ipOf(packet)!.dst);
  if (verdict.port !== undefined) {
    const about = `${formatAddress(address)} on ${verdict.towards}`;
    return { device, port: verdict.port, supposed: [{ code: 'answer-presumed', about }] };
  }
  const host = device.name === INTERNET ? topology.presumed(address) : undefined;
  return host && { device: host, supposed: [] };
}

interface Answer {
  readonly packet: Packet;
  readonly isHandshake: boolean;
  /** A ping is answered by the kernel, whatever runs on it. */
  readonly isByKernel?: true;
}

/** What the receiver answers; undefined for what is not answered: a reset, an ICMP message other than an echo request. */
function answerOf(packet: Packet, { device, port }: Replier, ask: Ask): Answer | undefined {
  const transport = transportOf(packet);
  const ttl = port === undefined ? ttlOf(device, packet) : DEFAULT_TTL;
  if (transport?.proto === 'icmp' || transport?.proto === 'icmpv6') {
    const isRequest = valueOf(transport.type) === ICMP_TYPE[transport.proto === 'icmp' ? 4 : 6].request;
    return isRequest
      ? { packet: answerTo(packet, { ttl }), isHandshake: false, isByKernel: true }
      : undefined;
  }
  if (transport?.proto !== 'tcp') return { packet: answerTo(packet, { ttl }), isHandshake: false };
  const flags: readonly TcpFlag[] = flagNames(valueOf(transport.flags) as number);
  if (flags.includes('RST')) return undefined;
  if (!flags.includes('SYN') || flags.includes('ACK'))
    return { packet: answerTo(packet, { ttl, flags: ['ACK'] }), isHandshake: false };
  const answer = answerTo(packet, { ttl, flags: ['SYN', 'ACK'] });
  const mss = port === undefined ? device.mss?.(answer, ask) : undefined;
  return { packet: answerTo(packet, { ttl, flags: ['SYN', 'ACK'], mss }), isHandshake: true };
}

const DEFAULT_TTL = 64;
const TCP = 6;

const ttlOf = (device: Device, packet: Packet): number =>
  device.ttl?.(packet.headers[0]?.proto === 'ipv6' ? 6 : 4) ?? DEFAULT_TTL;

export interface Origin {
  readonly start: Start;
  /** The machine that the packet is from, if one is known. */
  readonly sender?: Device | undefined;
  readonly home?: string | undefined;
  readonly supposed: readonly Supposed[];
}

/** Where a question begins: at the port that it names, at the owner of the source, or where one may be presumed. */
export function originOf(topology: Topology, question: Question): Origin | NoOrigin {
  const { packet: values, from } = question;
  const family = familyOf(values.src);
  const packetFrom = (device?: Device): Packet => {
    const stated = { ...values, ttl: values.ttl ?? device?.ttl?.(family) ?? DEFAULT_TTL };
    const made = makePacket(stated);
    if (!device?.mss || values.proto !== TCP || !values.flags.includes('SYN')) return made;
    return makePacket({ ...stated, mss: device.mss(made, concretely(question.picks)) });
  };
  const owners = from === undefined ? topology.owners(values.src) : [{ node: from }];
  const [owner, ...others] = owners;
  const sender = owner && others.length === 0 ? topology.device(owner.node) : undefined;
  if (question.in)
    return {
      start: { device: topology.device(question.in.node), port: question.in.port, packet: packetFrom() },
      sender,
      ...(sender ? {} : { home: networkAt(question.in, topology) }),
      supposed: [],
    };
  if (others.length > 0) return ambiguous(values.src, topology);
  if (sender) return { start: { device: sender, packet: packetFrom(sender) }, sender, supposed: [] };
  return presumedOrigin(topology, values, packetFrom());
}

/** The site or segment that the port is plugged into: where an injected packet that nobody owns came from. */
const networkAt = ({ node, port }: NonNullable<Question['in']>, { declared }: Topology): string | undefined =>
  [...declared.neighbours].find(([, list]) =>
    list.some((one) => one.node === node && one.port === port),
  )?.[0];

/** Networks that are apart may have the same addresses. */
function ambiguous(src: Address, topology: Topology): NoOrigin {
  const owners = topology.owners(src);
  const names = owners.map((one) => `${one.node} (${one.network})`).join(', ');
  return {
    problem: `${formatAddress(src)} is the address of several machines: ${names}`,
    suggestion: `say which by its name: --src ${owners[0]?.node}`,
  };
}

/** On a site and on the Internet hosts may exist that the topology does not name; elsewhere somebody must own the source. */
function presumedOrigin(
  topology: Topology,
  { src, dst }: Pick<PacketValues, 'src' | 'dst'>,
  packet: Packet,
): Origin | NoOrigin {
  const site = [...topology.declared.sites.values()].find((one) =>
    one.prefixes.some((range) => contains(range, src)),
  );
  if (site) {
    const about = `${formatAddress(src)} on site ${site.name}`;
    return {
      start: { device: topology.device(site.edge), port: 'lan', packet },
      home: `site ${site.name}`,
      supposed: [{ code: 'origin-presumed', about }],
    };
  }
  const host = topology.isRouted(dst) ? topology.presumed(src) : undefined;
  if (host) {
    const about = `${formatAddress(src)} on the Internet`;
    return { start: { device: host, packet }, sender: host, supposed: [{ code: 'origin-presumed', about }] };
  }
  return {
    problem: `nothing in the topology has the source address ${formatAddress(src)}`,
    suggestion: 'add a machine with that address, or inject the packet with --in NODE/PORT',
  };
}
