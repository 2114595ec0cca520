/** A walk while it is made. */
import type { Packet } from '../packet/packet.ts';
import type { Ask } from './ask.ts';
import type { Action, Device, Io, Network } from './device.ts';
import type { Event } from './event.ts';
import type { SessionStore } from './session.ts';
import type { Verdict } from './verdict.ts';
import type { Visits } from './visits.ts';
import type { Originated } from './walk.ts';

/** Where a packet is. */
export interface Position {
  readonly device: Device;
  /** Undefined when the device itself makes the packet. */
  readonly port?: string | undefined;
  readonly packet: Packet;
  /** How the device sends what it makes, where it knows that already. */
  readonly send?: ((io: Io) => Action) | undefined;
}

/** What all branches of a walk, and the walks that it waits for, have in common. */
export interface World {
  readonly network: Network;
  readonly ask: Ask;
  readonly store: SessionStore;
  readonly visits: Visits;
  /** Device visits that are left, over all branches. */
  readonly budget: { left: number };
  /** How many walks wait for this one's end. */
  readonly depth: number;
}

/** One branch. */
export interface Run {
  readonly world: World;
  readonly events: Event[];
  readonly originated: Originated[];
  /** Device visits so far. */
  hops: number;
}

export interface End {
  readonly verdict: Verdict;
  readonly note?: string | undefined;
  readonly device: Device;
  readonly packet: Packet;
}

/** A packet, and who has it. */
export type Seen = Pick<Position, 'device' | 'packet'>;

export const ended = ({ device, packet }: Seen, verdict: Verdict, note?: string): End => ({
  verdict,
  note,
  device,
  packet,
});

export function ioOf({ world: { ask, store }, events, originated }: Run, device: Device): Io {
  return {
    ask,
    sessions: store,
    note: (event) => events.push(event),
    originate: (packet, cause, { by = device, mirrored } = {}) => {
      events.push({ type: 'originated', packet, cause, ...(mirrored && { mirrored }) });
      originated.push({ device: by, packet, cause, isCopy: mirrored !== undefined });
    },
  };
}

/** A branch that goes its own way from here. */
export const fork = ({ world, hops }: Run): Run => ({ world, hops, events: [], originated: [] });
