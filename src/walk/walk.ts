/** The stepper: carries one packet from device to device until it ends. */
import { frameOf, push, type Header, type Packet } from '../packet/packet.ts';
import type { Term } from '../value/term.ts';
import type { Ask } from './ask.ts';
import { isMisplaced, mostTelling } from './copies.ts';
import type { Action, Carried, Device, Link, Network } from './device.ts';
import type { Event } from './event.ts';
import { resolve, type Receiver } from './resolve.ts';
import { ended, fork, ioOf, type End, type Position, type Run, type Seen, type World } from './run.ts';
import type { SessionStore } from './session.ts';
import { isLost, mtuOf } from './size.ts';
import type { Verdict } from './verdict.ts';
import { isRepeated } from './visits.ts';

export interface Originated {
  readonly device: Device;
  readonly packet: Packet;
  readonly cause: string;
  /** Of what a port mirrors. */
  readonly isCopy: boolean;
}

export interface Walk {
  readonly events: readonly Event[];
  readonly verdict: Verdict;
  /** Where it ended. */
  readonly device: Device;
  /** The packet as it was when it ended. */
  readonly packet: Packet;
  /** Packets that devices made because of this one, to be walked as follow-ups. */
  readonly originated: readonly Originated[];
}

/** Where a walk begins: a packet arriving at a port, or one that the device itself sends (no port). */
export type Start = Omit<Position, 'send'>;

/** Device visits before the walk is given up: more than twice what TTL 255 allows for routers alone. */
const HOP_LIMIT = 600;
/** The same for all copies of a flooded packet together, and for all that they wait for. */
const VISIT_LIMIT = 20_000;

type Send = Extract<Action, { readonly do: 'send' }>;
type Among = Extract<Carried, { readonly among: unknown }>;
type Flood = Extract<Action, { readonly do: 'flood' }>;

/** Walks one packet. Sessions are read from the store and committed to it device by device. */
export function walk(network: Network, start: Start, ask: Ask, store: SessionStore): Walk {
  return walked({ network, ask, store, visits: new Map(), budget: { left: VISIT_LIMIT }, depth: 0 }, start);
}

function walked(world: World, start: Position): Walk {
  const run: Run = { world, events: [], originated: [], hops: 0 };
  const { verdict, note, device, packet } = proceed(run, start);
  run.events.push({ type: 'ended', verdict, packet, note });
  return { events: run.events, verdict, device, packet, originated: run.originated };
}

/** What this packet waits for: another walk, with devices that saw nothing of it. */
const inTheMeantime = ({ world }: Run, question: Position): Walk =>
  walked({ ...world, visits: new Map(), depth: world.depth + 1 }, question);

function proceed(run: Run, start: Position): End {
  let at: Position | End = start;
  while (!('verdict' in at)) at = visit(run, at);
  return at;
}

/** One device: the packet's next place, or its end. */
function visit(run: Run, at: Position): Position | End {
  const { store, visits, budget } = run.world;
  if (run.hops++ === HOP_LIMIT || budget.left-- === 0)
    return ended(at, { outcome: 'dropped', reason: 'hop-limit', at: undefined });
  run.events.push({ type: 'entered', device: at.device, port: at.port, packet: at.packet });
  const noEntry = down(run, at, at.port) ?? down(run, at, at.device.part);
  if (noEntry) return noEntry;
  if (isRepeated(visits, at, store.version)) return ended(at, { outcome: 'looped' });
  const action = step(run, at);
  if (action.do === 'send' || action.do === 'flood') {
    store.commit();
    return action.do === 'send' ? sent(run, at, action) : flooded(run, at, action);
  }
  settle(store, action);
  const packet = ('packet' in action ? action.packet : undefined) ?? at.packet;
  const { device } = at;
  return ended({ device, packet }, verdictOf(action), action.do === 'drop' ? action.note : undefined);
}

function down(run: Run, { device, packet }: Seen, port: string | undefined): End | undefined {
  const outage = run.world.network.outage(device.node, port);
  if (!outage) return undefined;
  if (typeof outage === 'object')
    return ended({ device, packet }, { outcome: 'dropped', reason: 'link-down', at: undefined }, outage.link);
  const note = outage === 'port' ? `${device.node}/${port}` : outage === 'node' ? undefined : outage;
  return ended({ device, packet }, { outcome: 'dropped', reason: 'node-down', at: undefined }, note);
}

function step(run: Run, at: Position): Action {
  const { device, port, packet, send } = at;
  const io = ioOf(run, device);
  if (send) return send(io);
  if (port !== undefined) return device.receive(port, packet, io);
  return (
    device.originate?.(packet, io) ?? {
      do: 'unknown',
      missing: `how ${device.node} sends packets of its own`,
    }
  );
}

/** Out of a port, in a frame where the link has frames. */
function sent(run: Run, at: Position, action: Send): Position | End {
  const { device } = at;
  const { port, packet, nextHop } = action;
  const link = run.world.network.link(device, port);
  const noExit = down(run, { device, packet }, port);
  const receiver = noExit || !link?.framed ? undefined : receiverOf(run, at, action);
  if (receiver && 'verdict' in receiver) return receiver;
  const sending = receiver && link?.framed ? framed(run, packet, link.framed.mac, receiver.mac) : packet;
  run.events.push({ type: 'sent', port, packet: sending, nextHop, mtu: mtuOf(action, link) });
  if (noExit) return noExit;
  const seen: Seen = { device, packet: sending };
  if (isLost(action, link))
    return ended(seen, { outcome: 'dropped', reason: 'packet-too-big', at: link?.at });
  return carried(run, seen, action, link);
}

/** The MAC address to which a packet is sent in a frame, once that is known; undefined where it is a frame already or needs none. */
function receiverOf(run: Run, at: Position, action: Send): Receiver | End | undefined {
  const { nextHop, groupMac } = action;
  if (frameOf(action.packet)) return undefined;
  if (groupMac) return { mac: groupMac };
  return nextHop && resolve(run, at, { ...action, nextHop }, inTheMeantime);
}

function framed(run: Run, packet: Packet, src: Term, dst: Term): Packet {
  const header: Header = { proto: 'ethernet', src, dst };
  run.events.push({ type: 'pushed', tunnel: 'ethernet', headers: [header], octets: ETHERNET_OCTETS });
  return push(packet, header);
}

const ETHERNET_OCTETS = 14;

function carried(
  run: Run,
  at: Seen,
  { port, nextHop, unresolved }: Send,
  link: Link | undefined,
): Position | End {
  const { packet } = at;
  const found = link?.carry(packet, nextHop, run.world.ask);
  if (!found)
    return ended(at, {
      outcome: 'unknown',
      missing: `what port ${port} of ${at.device.node} is connected to`,
      at: undefined,
    });
  if ('reason' in found) {
    unresolved?.();
    return ended(at, { outcome: 'dropped', reason: found.reason, at: undefined });
  }
  if ('among' in found) return among(run, at, port, found);
  if ('left' in found)
    return ended(at, { outcome: 'left', towards: found.left, ...(found.isAnswered && { port }) });
  if (found.mac && nextHop)
    run.events.push({
      type: 'resolved',
      address: nextHop,
      to: found.mac,
      form: 'mac',
      owner: found.owner,
    });
  const { device, port: arrival } = found.to;
  return { device, port: arrival, packet };
}

/** Everyone on a link gets the packet. */
function among(run: Run, at: Seen, port: string, { among: ends, left }: Among): End {
  const { packet } = at;
  const branches = ends.map((to) => {
    const branch = fork(run);
    return { run: branch, end: proceed(branch, { ...to, packet }) };
  });
  const best = mostTelling(branches);
  return left !== undefined && isMisplaced(best.end)
    ? ended(at, { outcome: 'left', towards: left, port })
    : followed(run, best);
}

/** All copies are walked, for who sees them learns from them. */
function flooded(run: Run, at: Position, { copies, bridged }: Flood): End {
  const branches = copies.map(({ port, packet, events = [] }) => {
    const branch = fork(run);
    branch.events.push(...events);
    const next = sent(branch, at, { do: 'send', port, packet });
    return { port, run: branch, end: 'verdict' in next ? next : proceed(branch, next) };
  });
  const best = mostTelling(branches);
  if (bridged)
    run.events.push({ type: 'bridged', ...bridged, out: best.port, ports: copies.map(({ port }) => port) });
  return followed(run, best);
}

function followed(run: Run, { run: branch, end }: { readonly run: Run; readonly end: End }): End {
  run.events.push(...branch.events);
  run.originated.push(...branch.originated);
  return end;
}

const settle = (store: SessionStore, action: Action): void => {
  const isForgotten = action.do === 'drop' ? action.remembers !== true : action.do === 'unknown';
  if (isForgotten) store.discard();
  else store.commit();
};

function verdictOf(action: Exclude<Action, Send | Flood>): Verdict {
  switch (action.do) {
    case 'deliver':
      return { outcome: 'delivered', ...(action.isForMany && { isForMany: true }) };
    case 'drop':
      return { outcome: 'dropped', reason: action.reason, at: action.at };
    case 'leave':
      return { outcome: 'left', towards: action.towards };
    case 'unknown':
      return { outcome: 'unknown', missing: action.missing, at: action.at };
    default:
      return action satisfies never;
  }
}
