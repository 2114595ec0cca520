/**
 * Which translated source a client's address and port had last (net/netfilter/nf_nat_core.c, nf_nat_bysource): another
 * flow of theirs gets the same one, if its rule allows and the tuple is free. The kernel remembers every flow's, here it
 * is the latest.
 */
import { ZERO } from '../../value/term.ts';
import { reverse, type Flow } from '../../packet/flow.ts';
import type { Io } from '../../walk/device.ts';
import type { Session } from '../../walk/session.ts';

export type Source = Pick<Flow, 'src' | 'sport'>;

const zoneOf = (conntrack: string): string => `${conntrack}/sources`;
const sourceOf = ({ proto, src, sport }: Flow): Flow => ({ proto, src, dst: ZERO, sport, dport: ZERO });

export const sourceMapping = (zone: string, flow: Flow, io: Io): Source | undefined =>
  io.sessions.find(zoneOf(zone), sourceOf(flow), 'original')?.session.reply;

/** Remembers the mapping of a flow whose source is translated, instead of the one before. */
export function rememberSource(
  zone: string,
  { original, reply }: Pick<Session, 'original' | 'reply'>,
  io: Io,
): void {
  const key = sourceOf(original);
  const earlier = io.sessions.find(zoneOf(zone), key, 'original')?.session;
  const mapped = sourceOf(reverse(reply));
  if (
    earlier &&
    io.ask.same(earlier.reply.src, mapped.src, undefined) &&
    io.ask.same(earlier.reply.sport, mapped.sport, undefined)
  )
    return;
  io.sessions.stage(zoneOf(zone), { original: key, reply: mapped }, earlier);
}

/** The flow is gone, and its mapping with it. */
export function forgetSource(zone: string, { original }: Session, io: Io): void {
  const earlier = io.sessions.find(zoneOf(zone), sourceOf(original), 'original')?.session;
  if (earlier) io.sessions.forget(zoneOf(zone), earlier);
}
