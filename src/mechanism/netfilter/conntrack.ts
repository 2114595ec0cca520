/** Connection tracking: which flow a packet belongs to, and in which state it is (net/netfilter/nf_conntrack_core.c). */
import { reverse, type Flow } from '../../packet/flow.ts';
import { flowOf, ipOf, transportOf, type Packet } from '../../packet/packet.ts';
import type { Io } from '../../walk/device.ts';
import type { Found, Session } from '../../walk/session.ts';
import { entryFact } from './entry-fact.ts';
import type { Passed, Passing, Tracker } from './machine.ts';
import { forgetSource, rememberSource } from './source-map.ts';
import { followed, opened, SEGMENTS, type Segment } from './tcp-tracking.ts';
import {
  ABOUT_UNTRACKED,
  INVALID,
  named,
  NO_ENTRY,
  NO_TEMPLATE,
  sessionOf,
  storeZone,
  UNTRACKED,
  withEntry,
  type Entry,
  type Template,
  type Tracked,
  type TrackedState,
} from './tracked.ts';
import { quotedTuples, shown, tupleOf, type Form } from './tuple.ts';

/** What machines made about a packet of a flow belongs to that flow, even if it is never stored. */
const attached = new WeakMap<Packet, Tracked>();

/** nf_ct_attach: a packet that was made because of this one belongs to the same flow, in the other direction. */
export function attach(made: Packet, { tracked }: Passing): void {
  if (attached.has(made)) return;
  if (tracked === UNTRACKED) attached.set(made, ABOUT_UNTRACKED);
  if (tracked?.flows === undefined) return;
  const direction = tracked.direction === 'original' ? 'reply' : 'original';
  const isError = transportOf(made)?.proto !== 'tcp';
  attached.set(made, named({ ...tracked, state: 'RELATED', direction, isFresh: false, isError }));
}

/**
 * The means of a machine that holds this packet: ICMP errors about it belong to its flow (icmp_glue_bits). A reset of a
 * closed port does not: it is looked up like any packet (tcp_v4_send_reset).
 */
export const attaching = (passing: Passing, io: Io): Io =>
  passing.tracked === undefined
    ? io
    : {
        ...io,
        originate: (made, cause) => {
          if (transportOf(made)?.proto !== 'tcp') attach(made, passing);
          io.originate(made, cause);
        },
      };

/** What this machine made because of a packet has its flow from the start, before raw sees it. */
export function withCause(passing: Passing): Passing {
  const cause = passing.tracked ? undefined : attached.get(passing.packet);
  return cause ? { ...passing, tracked: cause } : passing;
}

/** The conntrack hook: finds the packet's flow, or begins one. A packet that already has an answer keeps it. */
export function track(passing: Passing, tracker: Tracker, io: Io): Passing {
  if (passing.tracked && passing.tracked !== ABOUT_UNTRACKED) {
    const { state } = passing.tracked;
    if (state === 'UNTRACKED' || attached.get(passing.packet) === passing.tracked)
      noted(passing, passing.tracked, tracker, io);
    return passing;
  }
  const tracked = trackedOf(passing, tracker, io);
  noted(passing, tracked, tracker, io);
  return { ...passing, tracked, template: undefined };
}

function noted(passing: Passing, tracked: Tracked, tracker: Tracker, io: Io): void {
  const isStored = tracked.session !== undefined || tracked.isFresh || tracked.state !== 'RELATED';
  if (tracked.flows === undefined || !isStored) noteApart(passing, tracked, tracker, io);
  else if (!tracked.isFresh) noteFlow('matched', tracked, tracker, io);
}

/**
 * nf_ct_key_equal: the flow that has a reply's tuple already. One that has it as its original counts only where both are
 * of one zone in that direction.
 */
export const findReply = (reply: Flow, { zones }: Template, tracker: Tracker, io: Io): Found | undefined =>
  io.sessions.find(
    storeZone(tracker, zones.reply),
    reply,
    zones.original === zones.reply ? undefined : 'reply',
  );

/** nf_conntrack_find_get: each tuple of an entry is found in the zone of its direction. */
function find(flow: Flow, { zones }: Template, tracker: Tracker, io: Io): Found | undefined {
  const zone = storeZone(tracker, zones.original);
  if (zones.reply === zones.original) return io.sessions.find(zone, flow);
  return (
    io.sessions.find(zone, flow, 'original') ??
    io.sessions.find(storeZone(tracker, zones.reply), flow, 'reply')
  );
}

function trackedOf(passing: Passing, tracker: Tracker, io: Io): Tracked {
  const template = passing.template ?? NO_TEMPLATE;
  const tuple = tupleOf(passing.packet, io.ask);
  switch (tuple.is) {
    case 'invalid':
      return INVALID;
    case 'untracked':
      return UNTRACKED;
    case 'error': {
      for (const quoted of quotedTuples(tuple.icmp, io.ask)) {
        const found = find(reverse(quoted), template, tracker, io);
        const isToSender = found && io.ask.same(ipOf(passing.packet)!.dst, quoted.src, undefined);
        if (isToSender) return known(found, 'RELATED');
      }
      return INVALID;
    }
    case 'tuple': {
      const transport = transportOf(passing.packet);
      const segment =
        transport?.proto === 'tcp' ? io.ask.lookup(transport.flags, SEGMENTS, undefined) : undefined;
      if (transport?.proto === 'tcp' && segment === undefined) return INVALID;
      const found = find(tuple.flow, template, tracker, io);
      if (found) return follow(found, segment, tracker, io);
      return tuple.mayOpen ? begin(tuple.flow, tuple.form, segment, template, tracker) : INVALID;
    }
    default:
      return tuple satisfies never;
  }
}

const entryOf = (session: Session): Entry => session.state as Entry;

/** A packet of a flow that is remembered. */
function follow(found: Found, segment: Segment | undefined, tracker: Tracker, io: Io): Tracked {
  const { session, direction } = found;
  const before = entryOf(session);
  const tcp = before.tcp && segment ? followed(before.tcp, segment, direction, before.seenReply) : undefined;
  const tracked = known(found, direction === 'reply' || before.seenReply ? 'ESTABLISHED' : 'NEW');
  switch (tcp?.do) {
    case 'invalid':
      return INVALID;
    case 'reopen': {
      const flow = direction === 'original' ? session.original : session.reply;
      return begin(flow, before.form, segment, before, tracker, session);
    }
    case 'forget':
      forgetFlow(tracked, tracker, io);
      return dying(tracked);
    case 'keep':
    case undefined: {
      const seenReply = before.seenReply || direction === 'reply';
      const isAssured = before.isAssured || (before.seenReply && tcp?.assures === true);
      const entry = { ...before, seenReply, isAssured, tcp: tcp?.entry };
      const isChanged =
        seenReply !== before.seenReply || isAssured !== before.isAssured || entry.tcp !== before.tcp;
      return isChanged ? withEntry(tracked, entry, tracker, io) : tracked;
    }
    default:
      return tcp satisfies never;
  }
}

/** nf_ct_kill: the entry is gone, with what it says of its client's source. */
export function forgetFlow({ session, entry }: Tracked, tracker: Tracker, io: Io): void {
  if (!session) return;
  const zone = storeZone(tracker, entry.zones.original);
  io.sessions.forget(zone, session);
  forgetSource(zone, session, io);
}

/** The packet of an entry that it ended: an answer counts as seen all the same. */
const dying = (tracked: Tracked): Tracked => ({
  ...tracked,
  entry: { ...tracked.entry, seenReply: tracked.entry.seenReply || tracked.direction === 'reply' },
  session: undefined,
  isForgotten: true,
});

const known = ({ session, direction }: Found, state: TrackedState): Tracked =>
  named({
    state,
    direction,
    flows: session,
    entry: entryOf(session),
    session,
    isError: state === 'RELATED',
    isFresh: false,
    replaces: undefined,
  });

/** A flow's first packet. */
function begin(
  flow: Flow,
  form: Form,
  segment: Segment | undefined,
  { zones, helper }: Template,
  tracker: Tracker,
  replaces?: Session,
): Tracked {
  const tcp = segment && opened(segment, tracker.tcpLoose);
  if (segment && !tcp) return INVALID;
  return named({
    state: 'NEW',
    direction: 'original',
    flows: { original: flow, reply: reverse(flow) },
    entry: { ...NO_ENTRY, zones, helper, form, tcp },
    session: undefined,
    isError: false,
    isFresh: true,
    replaces,
  });
}

/**
 * The last hook: what this packet opened is remembered, whatever becomes of the packet from here on. A reply tuple that
 * another flow has already is the end of it (__nf_conntrack_confirm).
 */
export function confirm(passing: Passing, tracker: Tracker, io: Io): Passed {
  const { tracked } = passing;
  if (!tracked?.isFresh || !tracked.flows) return { do: 'accept', passing };
  const { entry, flows, replaces } = tracked;
  const zone = storeZone(tracker, entry.zones.original);
  const other = findReply(flows.reply, entry, tracker, io);
  if (other && other.session !== replaces)
    return { do: 'drop', reason: 'nat-tuple-taken', at: entry.src?.at ?? entry.dst?.at };
  const session = sessionOf(flows, entry, tracker);
  io.sessions.stage(zone, session, tracked.replaces);
  if (tracked.entry.src?.kind) rememberSource(zone, tracked.flows, io);
  noteFlow('opened', tracked, tracker, io);
  const stored = { ...tracked, session, isFresh: false, replaces: undefined };
  return { do: 'accept', passing: { ...passing, tracked: stored } };
}

function noteFlow(did: 'opened' | 'matched', tracked: Tracked, tracker: Tracker, io: Io): void {
  const { flows, entry, state } = tracked;
  io.note({
    type: 'session',
    did,
    table: tracker.table,
    original: shown(flows!.original, entry.form, 'original'),
    reply: shown(flows!.reply, entry.form, 'reply'),
    state,
    entry: entryFact(flows!.original, entry),
  });
}

function noteApart(passing: Passing, { state }: Tracked, tracker: Tracker, io: Io): void {
  io.note({
    type: 'session',
    did: 'missing',
    table: tracker.table,
    original: flowOf(passing.packet),
    reply: undefined,
    state,
  });
}
