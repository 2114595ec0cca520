/**
 * What rules count: the packets that -m limit lets through at once, the bytes of -m quota, each nth packet of -m statistic.
 * Here no time passes: a bucket is full before the first packet of a run and does not fill again.
 */
import { ZERO, type Term } from '../../value/term.ts';
import type { Flow } from '../../packet/flow.ts';
import { flowOf, lengthOf } from '../../packet/packet.ts';
import type { Io } from '../../walk/device.ts';
import type { Machine } from './machine.ts';
import type { Subject } from './subject.ts';

export interface Tally {
  /** Packets or bytes that match before none does; or of each `cycle` packets the one with this number from 0. */
  readonly count: 'packets' | 'bytes' | 'nth';
  readonly most: number;
  readonly cycle: number;
  /** A count that several rules share; undefined where the rule has its own. */
  readonly shared: string | undefined;
  /** Counted apart for each value of these. */
  readonly per: readonly ('src' | 'dst' | 'sport' | 'dport')[];
}

/** Whether the packet is among those that match, apart from `!`; `rule` names the rule. */
export function isCounted(tally: Tally, rule: string, subject: Subject, machine: Machine, io: Io): boolean {
  const { packet } = subject.passing;
  const zone = `${machine.node}/${tally.shared ?? rule}`;
  const key = keyOf(flowOf(packet), tally.per);
  const session = io.sessions.find(zone, key, 'original')?.session;
  const used = (session?.state ?? 0) as number;
  const { isMatch, after } = counted(tally, used, lengthOf(packet));
  if (after !== used) io.sessions.replace(zone, session, { original: key, reply: key, state: after });
  return isMatch;
}

function counted(
  { count, most, cycle }: Tally,
  used: number,
  length: number,
): { readonly isMatch: boolean; readonly after: number } {
  switch (count) {
    // xt_statistic.c
    case 'nth':
      return { isMatch: used === most, after: (used + 1) % cycle };
    // xt_limit.c
    case 'packets':
      return { isMatch: used < most, after: Math.min(most, used + 1) };
    // xt_quota.c: a packet that is too long for what is left uses it up.
    case 'bytes':
      return { isMatch: used + length <= most, after: Math.min(most, used + length) };
    default:
      return count satisfies never;
  }
}

const keyOf = (flow: Flow, per: Tally['per']): Flow => {
  const part = (field: Tally['per'][number]): Term => (per.includes(field) ? flow[field] : ZERO);
  return { proto: ZERO, src: part('src'), dst: part('dst'), sport: part('sport'), dport: part('dport') };
};
