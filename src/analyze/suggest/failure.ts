/** A question whose packets did not arrive, or not by the same devices both ways: what a change can be thought of from. */
import type { Topology } from '../../topology/topology.ts';
import type { Flow } from '../../packet/flow.ts';
import { valueOf } from '../../value/term.ts';
import type { Value } from '../../value/address.ts';
import { flowOf, ipOf, pop, type Packet } from '../../packet/packet.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Event, Place } from '../../walk/event.ts';
import type { Reason } from '../../walk/reason.ts';
import type { Walk } from '../../walk/walk.ts';
import type { Answer } from '../../report/report.ts';
import type { EditFact } from '../../report/suggestion.ts';
import type { Question, Trace } from '../trace.ts';

/** A value to be set at a place of the document; null removes what is there. */
export interface Setting {
  readonly pointer: Cite;
  readonly value: unknown;
}

/** As `--set` takes it. */
export const settingText = ({ pointer, value }: Setting): string => `${pointer}=${valueText(value)}`;

/** One YAML value, or nothing to remove what is there. */
export const valueText = (value: unknown): string => (value === null ? '' : JSON.stringify(value));

/** A change that may help, and how it is made. */
export interface Candidate {
  readonly change: EditFact;
  readonly settings: readonly Setting[];
  /** Of a change of the question. */
  readonly packet?: Partial<Question['packet']>;
}

/** A topology, and what its document says where. */
export interface Source {
  readonly topology: Topology;
  /** The value at a pointer; of a text in a file of its own the text. */
  readonly valueAt: (pointer: Cite) => unknown;
  readonly locate: (cite: Cite) => string | undefined;
}

/** What happened at one node in a row. */
export interface Stay {
  readonly place: Place;
  readonly events: readonly Event[];
}

export interface Failure extends Source {
  readonly trace: Trace;
  readonly report: Answer;
  /** Undefined when it was not dropped. */
  readonly reason: Reason | undefined;
  readonly at: Cite | undefined;
  readonly note: string | undefined;
  /** The walk to blame, and where it ended. */
  readonly direction: 'forward' | 'return' | 'follow-up';
  readonly walk: Walk;
  readonly stay: Stay;
  /** The packet's flow as the last device had it: that of the innermost packet, and that of the outermost. */
  readonly flow: Flow<Value>;
  readonly outer: Flow<Value>;
}

export function failureOf(
  trace: Trace,
  report: Answer,
  { topology, valueAt, locate }: Source,
): Failure | undefined {
  const { walk, direction } = trace.walks[report.blame?.walk ?? 0]!;
  const { verdict, events } = walk;
  const stay = staysOf(walk).at(-1)!;
  const isDropped = verdict.outcome === 'dropped';
  const last = events.at(-1);
  const entered = lastOf(stay, 'entered')!.packet;
  const carried = innermost(entered);
  if (!ipOf(carried)) return undefined;
  return {
    topology,
    valueAt,
    locate,
    trace,
    report,
    reason: isDropped ? verdict.reason : undefined,
    at: isDropped ? verdict.at : undefined,
    note: last?.type === 'ended' ? last.note : undefined,
    direction,
    walk,
    stay,
    flow: rewritten(flowOf(carried), stay.events),
    outer: rewritten(flowOf(entered), stay.events),
  };
}

/** A walk node by node. */
export function staysOf({ events }: Walk): readonly Stay[] {
  const stays: { place: Place; events: Event[] }[] = [];
  for (const event of events) {
    const last = stays.at(-1);
    if (event.type === 'entered' && last?.place.node !== event.device.node)
      stays.push({ place: event.device, events: [event] });
    else last?.events.push(event);
  }
  return stays;
}

/** The flow as the last device left it. */
function rewritten(given: Flow, events: readonly Event[]): Flow<Value> {
  const last = events.findLastIndex(({ type }) => type === 'entered');
  let flow = given;
  for (const event of events.slice(last + 1))
    if (event.type === 'rewrote' && event.field in flow) flow = { ...flow, [event.field]: event.after };
  const { proto, src, dst, sport, dport } = flow;
  return {
    proto: valueOf(proto),
    src: valueOf(src),
    dst: valueOf(dst),
    sport: valueOf(sport),
    dport: valueOf(dport),
  };
}

const innermost = (packet: Packet): Packet => {
  const inner = pop(packet, 1);
  return inner.headers.length > 0 && ipOf(inner) ? innermost(inner) : packet;
};

export const lastOf = <Type extends Event['type']>(
  { events }: Pick<Stay, 'events'>,
  type: Type,
): Extract<Event, { readonly type: Type }> | undefined =>
  events.findLast((event): event is Extract<Event, { readonly type: Type }> => event.type === type);
