/**
 * Past what stops a packet for security's sake: where it would go is one question, who lets it through is another. A check
 * whose device cannot say how it would go on ends the walk as ever.
 */
import type { Ask } from './ask.ts';
import type { Action, Io } from './device.ts';

type Drop = Extract<Action, { readonly do: 'drop' }>;

/** The interpreter under which what checks stop is noted, and goes on. */
export const pastDrops = (ask: Ask): Ask => ({ ...ask, overrules: true });

/** Whether the packet goes on in spite of the check that would drop it, which is noted then. */
export function isOverruled({ reason, at, note }: Omit<Drop, 'do'>, io: Io): boolean {
  if (io.ask.overrules !== true) return false;
  io.note({ type: 'blocked', reason, at, note });
  return true;
}
