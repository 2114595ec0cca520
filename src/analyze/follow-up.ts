/** Walks that walks caused: errors and resets that devices sent, and questions for neighbours. */
import { formatAddress } from '../value/address.ts';
import { valueOf } from '../value/term.ts';
import type { Start, Walk } from '../walk/walk.ts';

export interface TracedWalk {
  readonly direction: 'forward' | 'return' | 'follow-up';
  readonly walk: Walk;
  readonly cause?: WalkCause;
}

/** Of a follow-up: what caused it, the walk by its index, and which of the events of this type there. */
export interface WalkCause {
  readonly what: string;
  readonly walk: number;
  readonly by: 'originated' | 'resolved';
  readonly nth: number;
}

/** Packets that packets cause cause packets: as many follow-ups are walked, and no more. */
const MOST_FOLLOW_UPS = 8;

/** Copies of what was asked for; copies of copies are follow-ups like others. */
const MOST_COPIES = 256;

/** Walks in which neighbours were asked that are told, and no more. */
const MOST_ASKED = 64;

/**
 * Adds how neighbours were asked for during the walks so far; walks what these made devices send, and what that made them
 * send, up to the bound.
 */
export function followUp(walks: TracedWalk[], step: (start: Start) => Walk): void {
  let [asked, walked, copied] = [0, 0, 0];
  const add = (walk: Walk, cause: WalkCause): void =>
    void walks.push({ direction: 'follow-up', walk, cause });
  for (let i = 0; i < walks.length; i++) {
    const { direction, walk: made } = walks[i]!;
    const { events, originated } = made;
    const resolved = events.filter((event) => event.type === 'resolved');
    for (const [nth, { walk, address }] of resolved.entries())
      if (walk && asked++ < MOST_ASKED)
        add(walk, { what: `who has ${formatAddress(valueOf(address))}`, walk: i, by: 'resolved', nth });
    for (const [nth, { device, packet, cause, isCopy }] of originated.entries())
      if (isCopy && direction !== 'follow-up' ? copied++ < MOST_COPIES : walked++ < MOST_FOLLOW_UPS)
        add(step({ device, packet }), { what: cause, walk: i, by: 'originated', nth });
  }
}
