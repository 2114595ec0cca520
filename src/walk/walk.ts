/** The stepper: carries one packet from device to device until it ends. */
import { ipOf, type Header, type Packet } from '../packet/packet.ts';
import type { Ask } from './ask.ts';
import type { Action, Device, Endpoint, Io, Network } from './device.ts';
import type { Event } from './event.ts';
import type { SessionStore } from './session.ts';
import { isLost, mtuOf } from './size.ts';
import type { Verdict } from './verdict.ts';

export interface Originated {
  readonly device: Device;
  readonly packet: Packet;
  readonly cause: string;
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
export interface Start {
  readonly device: Device;
  readonly port?: string | undefined;
  readonly packet: Packet;
}

/** Device visits before the walk is given up: more than twice what TTL 255 allows for routers alone. */
const HOP_LIMIT = 600;

interface Visit {
  readonly port: string | undefined;
  readonly packet: Packet;
  readonly version: number;
}

/** Walks one packet. Sessions are read from the store and committed to it device by device. */
export function walk(network: Network, start: Start, ask: Ask, store: SessionStore): Walk {
  const events: Event[] = [];
  const originated: Originated[] = [];
  const visits = new Map<Device, Visit[]>();
  let at: { readonly device: Device; readonly port?: string | undefined } = start;
  let packet = start.packet;
  const io: Io = {
    ask,
    sessions: store,
    note: (event) => events.push(event),
    originate: (made, cause) => {
      events.push({ type: 'originated', packet: made, cause });
      originated.push({ device: at.device, packet: made, cause });
    },
  };
  const end = (verdict: Verdict, note?: string): Walk => {
    events.push({ type: 'ended', verdict, packet, note });
    return { events, verdict, device: at.device, packet, originated };
  };
  const down = (port: string | undefined): Walk | undefined => {
    const outage = network.outage(at.device.node, port);
    const note = outage === 'port' ? `${at.device.node}/${port}` : outage === 'node' ? undefined : outage;
    return outage && end({ outcome: 'dropped', reason: 'node-down', at: undefined }, note);
  };
  for (let hop = 0; hop < HOP_LIMIT; hop++) {
    events.push({ type: 'entered', device: at.device, port: at.port, packet });
    const noEntry = down(at.port) ?? down(at.device.part);
    if (noEntry) return noEntry;
    if (isRepeated(visits, at, packet, store.version)) return end({ outcome: 'looped' });
    const action = step(at, packet, io);
    if (action.do !== 'send') {
      settle(store, action);
      if ('packet' in action) packet = action.packet;
      return end(verdictOf(action), action.do === 'drop' ? action.note : undefined);
    }
    store.commit();
    packet = action.packet;
    const link = network.link(at.device, action.port);
    events.push({
      type: 'sent',
      port: action.port,
      packet,
      nextHop: action.nextHop,
      mtu: mtuOf(action, link),
    });
    const noExit = down(action.port);
    if (noExit) return noExit;
    if (isLost(action, link)) return end({ outcome: 'dropped', reason: 'packet-too-big', at: link?.at });
    const carried = link?.carry(packet, action.nextHop, ask);
    if (!carried)
      return end({
        outcome: 'unknown',
        missing: `what port ${action.port} of ${at.device.node} is connected to`,
        at: undefined,
      });
    if ('reason' in carried) {
      action.unresolved?.();
      return end({ outcome: 'dropped', reason: carried.reason, at: undefined });
    }
    if ('left' in carried)
      return end({
        outcome: 'left',
        towards: carried.left,
        ...(carried.isAnswered && { port: action.port }),
      });
    if (carried.mac && action.nextHop)
      events.push({
        type: 'resolved',
        address: action.nextHop,
        to: carried.mac,
        form: 'mac',
        owner: `${carried.to.device.node}/${carried.to.port}`,
      });
    at = carried.to;
  }
  return end({ outcome: 'dropped', reason: 'hop-limit', at: undefined });
}

function step(
  at: { readonly device: Device; readonly port?: string | undefined },
  packet: Packet,
  io: Io,
): Action {
  if (at.port !== undefined) return at.device.receive(at.port, packet, io);
  return (
    at.device.originate?.(packet, io) ?? {
      do: 'unknown',
      missing: `how ${at.device.node} sends packets of its own`,
    }
  );
}

const settle = (store: SessionStore, action: Action): void => {
  const isForgotten = action.do === 'drop' ? action.remembers !== true : action.do === 'unknown';
  if (isForgotten) store.discard();
  else store.commit();
};

function verdictOf(action: Exclude<Action, { do: 'send' }>): Verdict {
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

/** Whether this device saw this packet, its TTL apart, at this port in this state before; remembers the visit. */
function isRepeated(
  visits: Map<Device, Visit[]>,
  at: Pick<Endpoint, 'device'> & { readonly port?: string | undefined },
  packet: Packet,
  version: number,
): boolean {
  const earlier = visits.get(at.device);
  const visit: Visit = { port: at.port, packet, version };
  if (!earlier) {
    visits.set(at.device, [visit]);
    return false;
  }
  if (
    earlier.some((one) => one.port === at.port && one.version === version && samePacket(one.packet, packet))
  )
    return true;
  earlier.push(visit);
  return false;
}

/** Equal but for the TTL: a loop that wears the TTL out is a loop all the same. */
function samePacket(a: Packet, b: Packet): boolean {
  return (
    a.headers.length === b.headers.length &&
    ipOf(a)?.proto === ipOf(b)?.proto &&
    a.headers.every((header, i) => sameHeader(header, b.headers[i]!))
  );
}

function sameHeader(a: Header, b: Header): boolean {
  if (a === b) return true;
  const fieldsOf = (header: Header): [string, unknown][] =>
    Object.entries(header).filter(([field]) => field !== 'ttl');
  const other = new Map(fieldsOf(b));
  return fieldsOf(a).every(([field, value]) => other.get(field) === value);
}
