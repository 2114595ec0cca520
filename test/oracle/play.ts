/** A case played on both sides, packet by packet, up to the first disagreement. */
import type { Kernel } from './kernel.ts';
import type { Machine } from './machine.ts';
import { readModel, Unread, type Model, type Walked } from './model.ts';
import { portDrawn } from './port-drawn.ts';
import { compared, type Arrival, type Sighting } from './sighting.ts';
import type { Wire } from './wire.ts';

/** A packet of a case: spelled out, or made from what the kernel sent because of an earlier one. */
export type Stimulus = { readonly id: number } & (
  { readonly arrival: Arrival } | { readonly answers: number; readonly change: Partial<Wire> }
);

export interface Case {
  readonly name: string;
  readonly machine: Machine;
  readonly stimuli: readonly Stimulus[];
}

/** One packet, and what both sides say of it. */
export interface Turn {
  readonly arrival: Arrival;
  readonly kernel: readonly Sighting[];
  readonly walked: Walked;
}

export interface Disagreement {
  /** `unread` is a machine or packet that nettrace does not take, `unknown` one that it says it cannot model. */
  readonly what: 'differs' | 'unknown' | 'unread';
  readonly detail: string;
  readonly turns: readonly Turn[];
}

export interface Played {
  readonly turns: readonly Turn[];
  readonly disagreement: Disagreement | undefined;
}

/** Plays a case. Throws what the kernel's tools refuse: then it is no case. */
export async function play({ machine, stimuli }: Case, kernel: Kernel): Promise<Played> {
  await kernel.load(machine);
  const turns: Turn[] = [];
  const left = new Map<number, Sighting>();
  try {
    const model = readModel(machine);
    for (const stimulus of stimuli) {
      const arrival = arrivalOf(stimulus, left);
      if (!arrival) continue;
      if (hasSpentItsErrors(arrival.packet, turns)) continue;
      const turn = { arrival, kernel: await kernel.inject(arrival), walked: model.walk(arrival) };
      turns.push(turn);
      const away = turn.kernel.find(isAnswered);
      if (away) left.set(stimulus.id, away);
      const detail = judge(turn, model);
      if (detail !== undefined) {
        const what = turn.walked.unknown === undefined ? 'differs' : 'unknown';
        return { turns, disagreement: { what, detail, turns } };
      }
    }
  } catch (error) {
    if (!(error instanceof Unread)) throw error;
    return { turns, disagreement: { what: 'unread', detail: error.message, turns } };
  }
  return { turns, disagreement: undefined };
}

/**
 * ip_error tells a sender of five packets without a route and then waits, whatever the settings say. A sender that has had
 * as many errors, seen or dropped on their way, is not asked about any more.
 */
function hasSpentItsErrors({ src }: Wire, turns: readonly Turn[]): boolean {
  const told = turns.filter(
    ({ arrival, kernel, walked }) =>
      kernel.some(({ packet }) => packet.quoted && packet.dst === src) ||
      (arrival.packet.src === src && walked.report.reason?.startsWith('route-')),
  );
  return told.length >= 5;
}

/** Nobody answers an error, or what stayed on the machine. */
const isAnswered = ({ where, packet }: Sighting): boolean => where !== 'local' && packet.quoted === undefined;

/** Both sides in words if they disagree. */
function judge({ kernel, walked }: Turn, model: Model): string | undefined {
  const said = compared(kernel);
  const modelled = compared(walked.sightings);
  if (walked.unknown === undefined && said.join() === modelled.join()) return undefined;
  const taken = portDrawn(kernel, walked);
  if (taken) {
    model.adopt(taken);
    return undefined;
  }
  const list = (lines: readonly string[]): string =>
    lines.length === 0 ? 'nothing' : lines.join('\n          ');
  const missing = walked.unknown === undefined ? '' : `\n          unknown: ${walked.unknown}`;
  return `kernel    ${list(said)}\nnettrace  ${list(modelled)}${missing}`;
}

function arrivalOf(stimulus: Stimulus, left: ReadonlyMap<number, Sighting>): Arrival | undefined {
  if ('arrival' in stimulus) return stimulus.arrival;
  const seen = left.get(stimulus.answers);
  return seen && { in: seen.where, packet: { ...answerTo(seen.packet), ...stimulus.change } };
}

/** What the other end of a packet sends back: the ends swapped, an echo request replied to. */
function answerTo({ src, dst, sport, dport, type, ...rest }: Wire): Wire {
  const replied = type === 8 ? 0 : type === 128 ? 129 : type;
  const { quoted: _, data: __, df: ___, ...plain } = rest;
  return { ...plain, src: dst, dst: src, sport: dport, dport: sport, type: replied, ttl: 64, tos: 0 };
}
