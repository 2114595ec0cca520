/** A flow that was established before something failed or was changed: does it go on? */
import type { Topology } from '../topology/topology.ts';
import type { Ask } from '../walk/ask.ts';
import { concretely } from '../walk/concrete.ts';
import type { SessionStore } from '../walk/session.ts';
import type { Supposed } from './fold-report.ts';
import { trace, type NoOrigin, type Question, type Trace } from './trace.ts';

const TCP = 6;

/**
 * As `trace`, but where the question is of an established flow this is walked first, in the topology in which it was
 * established, with all that devices remember of it; then its next packet, and the answer to that. If it could not be
 * established, what became of it is the answer.
 */
export function traceEstablished(
  topology: Topology,
  { established, ...question }: Question,
  store: SessionStore,
  ask: Ask = concretely(question.picks),
  tell?: () => void,
): Trace | NoOrigin {
  if (!established) return trace(topology, question, store, ask, tell);
  const before = trace(established.in, { ...question, noReturn: false, handshake: true }, store, ask, tell);
  if ('problem' in before) return before;
  if (!isEstablished(before)) return { ...before, isEstablished: false };
  // What is plugged in elsewhere announces itself there (RFC 5227 section 2.3, the RARP of a virtual machine that moves).
  if (topology.declared !== established.in.declared) store.unlearn();
  const { packet } = question;
  const next: Question = {
    ...question,
    packet: packet.proto === TCP ? { ...packet, flags: ['PSH', 'ACK'] } : packet,
    handshake: false,
  };
  const after = trace(topology, next, store, ask, tell);
  if ('problem' in after) return after;
  return { ...after, supposed: [...after.supposed, ...supposedIn(before)], isEstablished: true };
}

/** What was taken for granted when the flow was established. */
const supposedIn = ({ walks }: Trace): readonly Supposed[] =>
  walks.flatMap(({ walk: { events } }) => events.filter((event) => event.type === 'assumed'));

/** All of it tell, and it was answered. */
const isEstablished = ({ walks, home }: Trace): boolean =>
  walks.some(({ direction }) => direction === 'return') &&
  walks.every(
    ({ direction, walk: { verdict } }) =>
      direction === 'follow-up' ||
      verdict.outcome === 'delivered' ||
      (verdict.outcome === 'left' && (direction === 'forward' || verdict.towards === home)),
  );
