/** What connection tracking knows of a packet's flow (struct nf_conn), and what the packet carries of it (skb->_nfct). */
import { ZERO, type Term } from '../../value/term.ts';
import type { Flow } from '../../packet/flow.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Io } from '../../walk/device.ts';
import type { NatKind } from '../../walk/event.ts';
import type { Session } from '../../walk/session.ts';
import type { Passing, Tracker } from './machine.ts';
import type { TcpEntry } from './tcp-tracking.ts';
import type { Form } from './tuple.ts';

export type Direction = 'original' | 'reply';
export type TrackedState = 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED';
/** What `--ctstate` can name: a state, or that the flow's destination or source is translated. */
export type CtState = TrackedState | 'DNAT' | 'SNAT';
/** What `--ctstatus` can name; nothing here is EXPECTED, as no helper is modelled. */
export type CtStatus = 'EXPECTED' | 'SEEN_REPLY' | 'ASSURED' | 'CONFIRMED';

/** What a flow's first packet had decided about one of its ends. */
export interface Binding {
  /** Undefined for the null binding: nothing is translated. */
  readonly kind: NatKind | undefined;
  readonly at: Cite | undefined;
  /** Of MASQUERADE: the device whose address was taken; the flow dies when it leaves by another (nf_nat_oif_changed). */
  readonly device?: string | undefined;
}

/** The zones in which a flow's tuples are unique (nf_conntrack_zones.h); 0 unless a CT rule says otherwise. */
export type Zones = Readonly<Record<Direction, number>>;

const NO_ZONES: Zones = { original: 0, reply: 0 };

/** What a CT rule gives to a packet before it is tracked (the kernel's template). */
export interface Template {
  readonly zones: Zones;
  readonly helper: string | undefined;
}

export const NO_TEMPLATE: Template = { zones: NO_ZONES, helper: undefined };

/** What an entry remembers beside its tuples: the session's `state`. */
export interface Entry extends Template {
  readonly form: Form;
  readonly seenReply: boolean;
  /** Both sides have shown that they mean it. */
  readonly isAssured: boolean;
  readonly tcp: TcpEntry | undefined;
  /** Undefined until a nat hook has seen the flow. */
  readonly src: Binding | undefined;
  readonly dst: Binding | undefined;
  /** The connection mark. */
  readonly mark: Term;
}

/** What the packet carries from hook to hook. */
export interface Tracked {
  readonly state: TrackedState;
  readonly direction: Direction;
  /** Undefined when the packet belongs to no flow: INVALID and UNTRACKED. */
  readonly flows: { readonly original: Flow; readonly reply: Flow } | undefined;
  readonly entry: Entry;
  /** The entry as it is stored; undefined until it is confirmed, and when it was forgotten. */
  readonly session: Session | undefined;
  /** An ICMP error about the flow. */
  readonly isError: boolean;
  /** This packet opened the entry, and it is not stored yet. */
  readonly isFresh: boolean;
  /** This packet ended the entry, which stands as it was for the packet's own way (nf_ct_kill). */
  readonly isForgotten?: true;
  /** The dead entry whose place a fresh one takes. */
  readonly replaces: Session | undefined;
  readonly names: readonly CtState[];
}

export const NO_ENTRY: Entry = {
  ...NO_TEMPLATE,
  form: 'bare',
  seenReply: false,
  isAssured: false,
  tcp: undefined,
  src: undefined,
  dst: undefined,
  mark: ZERO,
};

const apart = (state: TrackedState): Tracked => ({
  state,
  direction: 'original',
  flows: undefined,
  entry: NO_ENTRY,
  session: undefined,
  isError: false,
  isFresh: false,
  replaces: undefined,
  names: [state],
});
export const UNTRACKED = apart('UNTRACKED');
export const INVALID = apart('INVALID');

/** What the machine made about an untracked packet: nothing unties it any more, and it is looked up all the same (nf_conntrack_attach). */
export const ABOUT_UNTRACKED = apart('INVALID');

/** The packet with the names that `--ctstate` sees: the state, and the translations decided so far. */
export function named(tracked: Omit<Tracked, 'names'>): Tracked {
  const names: CtState[] = [tracked.state];
  if (tracked.entry.dst?.kind) names.push('DNAT');
  if (tracked.entry.src?.kind) names.push('SNAT');
  return { ...tracked, names };
}

const NEW: readonly CtState[] = ['NEW'];
const TEMPLATE: readonly CtStatus[] = ['CONFIRMED'];

/** Before connection tracking has run, as in raw, a packet counts as INVALID, or with a template as NEW (xt_conntrack.c). */
export const stateNames = ({ tracked, template }: Passing): readonly CtState[] =>
  tracked ? tracked.names : template ? NEW : INVALID.names;

export function statusNames({ tracked, template }: Passing): readonly CtStatus[] {
  // xt_ct_tg_check has templates count as confirmed.
  if (!tracked && template) return TEMPLATE;
  if (!tracked?.flows) return [];
  const { entry, session, isForgotten } = tracked;
  const names: CtStatus[] = session || isForgotten ? ['CONFIRMED'] : [];
  if (entry.seenReply) names.push('SEEN_REPLY');
  if (entry.isAssured) names.push('ASSURED');
  return names;
}

/** Where the store keeps the tuples of one connection-tracking zone. */
export const storeZone = (tracker: Tracker, zone: number): string =>
  zone === 0 ? tracker.zone : `${tracker.zone}/${zone}`;

/** An entry as the store takes it. */
export const sessionOf = (flows: NonNullable<Tracked['flows']>, entry: Entry, tracker: Tracker): Session => ({
  original: flows.original,
  reply: flows.reply,
  state: entry,
  ...(entry.zones.reply === entry.zones.original ? {} : { replyZone: storeZone(tracker, entry.zones.reply) }),
});

/** The packet with its flow's entry changed: at once where it is stored, with its confirmation where it is fresh. */
export function withEntry(tracked: Tracked, entry: Entry, tracker: Tracker, io: Io): Tracked {
  if (!tracked.session || !tracked.flows) return named({ ...tracked, entry });
  const session = sessionOf(tracked.flows, entry, tracker);
  io.sessions.stage(storeZone(tracker, entry.zones.original), session, tracked.session);
  return named({ ...tracked, entry, session });
}
