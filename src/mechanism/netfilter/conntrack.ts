/** Connection tracking: which flow a packet belongs to, and in which state it is (net/netfilter/nf_conntrack_core.c). */
import { reverse, type Flow } from '../../packet/flow.ts';
import { flowOf, ipOf, transportOf, type Packet } from '../../packet/packet.ts';
import type { Io } from '../../walk/device.ts';
import type { NatKind } from '../../walk/event.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Found, Session } from '../../walk/session.ts';
import type { Machine, Passing } from './machine.ts';
import { forgetSource, rememberSource } from './source-map.ts';
import { followed, opened, SEGMENTS, type Segment, type TcpEntry } from './tcp-tracking.ts';
import { quotedTuples, shown, tupleOf, type Form } from './tuple.ts';

export type Direction = 'original' | 'reply';
export type TrackedState = 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED';
/** What `--ctstate` can name: a state, or that the flow's destination or source is translated. */
export type CtState = TrackedState | 'DNAT' | 'SNAT';

/** What a flow's first packet had decided about one of its ends. */
export interface Binding {
  /** Undefined for the null binding: nothing is translated. */
  readonly kind: NatKind | undefined;
  readonly at: Cite | undefined;
}

/** What an entry remembers beside its tuples: the session's `state`. */
export interface Entry {
  readonly form: Form;
  readonly seenReply: boolean;
  readonly tcp: TcpEntry | undefined;
  /** Undefined until a nat hook has seen the flow. */
  readonly src: Binding | undefined;
  readonly dst: Binding | undefined;
}

/** What the packet carries from hook to hook (the kernel's skb->_nfct). */
export interface Tracked {
  readonly state: TrackedState;
  readonly direction: Direction;
  /** Undefined when the packet belongs to no flow: INVALID and UNTRACKED. */
  readonly flows: { readonly original: Flow; readonly reply: Flow } | undefined;
  readonly entry: Entry;
  /** An ICMP error about the flow. */
  readonly isError: boolean;
  /** This packet opened the entry, and it is not stored yet. */
  readonly isFresh: boolean;
  /** The dead entry whose place a fresh one takes. */
  readonly replaces: Session | undefined;
  readonly names: readonly CtState[];
}

const NO_ENTRY: Entry = { form: 'bare', seenReply: false, tcp: undefined, src: undefined, dst: undefined };
const apart = (state: 'INVALID' | 'UNTRACKED' | 'RELATED'): Tracked => ({
  state,
  direction: 'original',
  flows: undefined,
  entry: NO_ENTRY,
  isError: false,
  isFresh: false,
  replaces: undefined,
  names: [state],
});
export const UNTRACKED = apart('UNTRACKED');
const INVALID = apart('INVALID');

/** About a flow that left no entry, as the answer to what a rule rejects. */
const RELATED = apart('RELATED');

/** Packets that a machine made about a packet of a flow, to which they belong even if the flow is never stored. */
const attached = new WeakSet<Packet>();

/** The means of a machine that holds this packet: what it makes because of it belongs to the same flow (nf_ct_attach). */
export const attaching = ({ tracked }: Passing, io: Io): Io =>
  tracked?.flows === undefined
    ? io
    : {
        ...io,
        originate: (made, cause) => {
          attached.add(made);
          io.originate(made, cause);
        },
      };

/** Before connection tracking has run, as in raw, a packet counts as INVALID (xt_conntrack.c). */
export const stateNames = (tracked: Tracked | undefined): readonly CtState[] => (tracked ?? INVALID).names;

/** The packet with the names that `--ctstate` sees: the state, and the translations decided so far. */
export function named(tracked: Omit<Tracked, 'names'>): Tracked {
  const names: CtState[] = [tracked.state];
  if (tracked.entry.dst?.kind) names.push('DNAT');
  if (tracked.entry.src?.kind) names.push('SNAT');
  return { ...tracked, names };
}

/** The conntrack hook: finds the packet's flow, or begins one. A packet that already has an answer keeps it. */
export function track(passing: Passing, machine: Machine, io: Io): Passing {
  if (passing.tracked) {
    if (passing.tracked.state === 'UNTRACKED') noteApart(passing, passing.tracked, io);
    return passing;
  }
  const tracked = trackedOf(passing, machine, io);
  if (tracked.flows === undefined) noteApart(passing, tracked, io);
  else if (!tracked.isFresh) noteFlow('matched', tracked, io);
  return { ...passing, tracked };
}

function trackedOf(passing: Passing, machine: Machine, io: Io): Tracked {
  const tuple = tupleOf(passing.packet, io.ask);
  switch (tuple.is) {
    case 'invalid':
      return INVALID;
    case 'untracked':
      return UNTRACKED;
    case 'error': {
      for (const quoted of quotedTuples(tuple.icmp, io.ask)) {
        const found = io.sessions.find(machine.zone, reverse(quoted));
        const isToSender = found && io.ask.same(ipOf(passing.packet)!.dst, quoted.src, undefined);
        if (isToSender) return known(found, entryOf(found.session), 'RELATED');
      }
      return attached.has(passing.packet) ? RELATED : INVALID;
    }
    case 'tuple': {
      const transport = transportOf(passing.packet);
      const segment =
        transport?.proto === 'tcp' ? io.ask.lookup(transport.flags, SEGMENTS, undefined) : undefined;
      if (transport?.proto === 'tcp' && segment === undefined) return INVALID;
      const found = io.sessions.find(machine.zone, tuple.flow);
      if (found) return follow(found, segment, machine, io);
      if (attached.has(passing.packet)) return RELATED;
      return tuple.mayOpen ? begin(tuple.flow, tuple.form, segment, machine, undefined) : INVALID;
    }
    default:
      return tuple satisfies never;
  }
}

const entryOf = (session: Session): Entry => session.state as Entry;

/** A packet of a flow that is remembered. */
function follow(found: Found, segment: Segment | undefined, machine: Machine, io: Io): Tracked {
  const { session, direction } = found;
  const before = entryOf(session);
  const tcp = before.tcp && segment ? followed(before.tcp, segment, direction, before.seenReply) : undefined;
  const state = direction === 'reply' || before.seenReply ? 'ESTABLISHED' : 'NEW';
  switch (tcp?.do) {
    case 'invalid':
      return INVALID;
    case 'reopen': {
      const flow = direction === 'original' ? session.original : session.reply;
      return begin(flow, before.form, segment, machine, session);
    }
    case 'forget':
      io.sessions.forget(machine.zone, session);
      forgetSource(machine.zone, session, io);
      return known(found, before, state);
    case 'keep':
    case undefined: {
      const entry = { ...before, seenReply: before.seenReply || direction === 'reply', tcp: tcp?.entry };
      if (entry.seenReply !== before.seenReply || entry.tcp !== before.tcp) {
        io.sessions.stage(machine.zone, { ...session, state: entry }, session);
      }
      return known(found, entry, state);
    }
    default:
      return tcp satisfies never;
  }
}

const known = ({ session, direction }: Found, entry: Entry, state: TrackedState): Tracked =>
  named({
    state,
    direction,
    flows: session,
    entry,
    isError: state === 'RELATED',
    isFresh: false,
    replaces: undefined,
  });

/** A flow's first packet. */
function begin(
  flow: Flow,
  form: Form,
  segment: Segment | undefined,
  machine: Machine,
  replaces: Session | undefined,
): Tracked {
  const tcp = segment && opened(segment, machine.tcpLoose);
  if (segment && !tcp) return INVALID;
  return named({
    state: 'NEW',
    direction: 'original',
    flows: { original: flow, reply: reverse(flow) },
    entry: { ...NO_ENTRY, form, tcp },
    isError: false,
    isFresh: true,
    replaces,
  });
}

/** The last hook: what this packet opened is remembered, if the packet survives the machine. */
export function confirm(passing: Passing, machine: Machine, io: Io): Passing {
  const { tracked } = passing;
  if (!tracked?.isFresh || !tracked.flows) return passing;
  io.sessions.stage(machine.zone, { ...tracked.flows, state: tracked.entry }, tracked.replaces);
  if (tracked.entry.src?.kind) rememberSource(machine.zone, tracked.flows, io);
  noteFlow('opened', tracked, io);
  return { ...passing, tracked: { ...tracked, isFresh: false, replaces: undefined } };
}

function noteFlow(did: 'opened' | 'matched', { flows, entry, state }: Tracked, io: Io): void {
  const original = shown(flows!.original, entry.form, 'original');
  io.note({
    type: 'session',
    did,
    table: 'conntrack',
    original,
    reply: shown(flows!.reply, entry.form, 'reply'),
    state,
  });
}

function noteApart(passing: Passing, { state }: Tracked, io: Io): void {
  io.note({
    type: 'session',
    did: 'missing',
    table: 'conntrack',
    original: flowOf(passing.packet),
    reply: undefined,
    state,
  });
}
