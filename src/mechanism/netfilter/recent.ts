/**
 * The lists of -m recent (net/netfilter/xt_recent.c, recent_mt): addresses, with how often they were seen. Here no time
 * passes, so nothing on a list is ever too old; what was there before the first packet of a run, nobody knows.
 */
import { ZERO, type Term } from '../../value/term.ts';
import { masked } from '../../value/bits.ts';
import type { Value } from '../../value/address.ts';
import type { Flow } from '../../packet/flow.ts';
import { ipOf } from '../../packet/packet.ts';
import type { Io } from '../../walk/device.ts';
import type { Machine } from './machine.ts';
import type { Subject } from './subject.ts';

export interface Recall {
  readonly list: string;
  readonly how: 'set' | 'rcheck' | 'update' | 'remove';
  readonly side: 'src' | 'dst';
  /** Bits of the address that count. */
  readonly mask: Value;
  /** Seen at least so often. */
  readonly hits: number;
  /** With the TTL that it had when it was seen last. */
  readonly sameTtl: boolean;
}

interface Seen {
  readonly times: number;
  readonly ttl: Term;
}

/** The kernel counts no further (XT_RECENT_MAX_NSTAMPS). */
const MOST = 256;

/** Whether the list has the address as asked for, apart from `!`; it is put on the list, or taken off. */
export function isRecalled(
  recall: Recall,
  not: boolean,
  subject: Subject,
  machine: Machine,
  io: Io,
): boolean {
  const ip = ipOf(subject.passing.packet)!;
  const zone = `${machine.node}/recent/${recall.list}`;
  const key = keyOf(masked(ip[recall.side], recall.mask));
  const session = io.sessions.find(zone, key, 'original')?.session;
  const seen = session?.state as Seen | undefined;
  const isListed = seen !== undefined && (!recall.sameTtl || io.ask.same(seen.ttl, ip.ttl, undefined));
  const isHit = recall.how === 'set' || (isListed && (recall.how === 'remove' || seen.times >= recall.hits));
  const times = Math.min(MOST, (isListed ? seen.times : 0) + 1);
  const isWritten = recall.how === 'set' || (recall.how === 'update' && isListed && isHit !== not);
  const isSame = seen?.times === times && io.ask.same(seen.ttl, ip.ttl, undefined);
  if (isWritten && !isSame)
    io.sessions.replace(zone, session, {
      original: key,
      reply: key,
      state: { times, ttl: ip.ttl } satisfies Seen,
    });
  if (recall.how === 'remove' && isHit) io.sessions.replace(zone, session, undefined);
  return isHit;
}

const keyOf = (address: Term): Flow => ({ proto: ZERO, src: address, dst: ZERO, sport: ZERO, dport: ZERO });
