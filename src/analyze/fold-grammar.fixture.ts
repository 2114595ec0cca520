/** The grammar of a walk's report, and walks to try it on. */
import type { Hop, Step, WalkFact } from '../report/report.ts';
import type { Packet } from '../packet/packet.ts';
import { parseAddress } from '../value/address.ts';
import { constant, type Term } from '../value/term.ts';
import type { Device } from '../walk/device.ts';
import type { Event } from '../walk/event.ts';
import type { Verdict } from '../walk/verdict.ts';
import type { Walk } from '../walk/walk.ts';

const ENDS: ReadonlySet<Step['type']> = new Set(['deliver', 'drop', 'loop', 'leave', 'unknown']);

/**
 * What is wrong with a walk, a line each: every hop but the first is entered, every hop but the last is left (the
 * last too, when the packet left the model), no hop is
 * empty unless it sends the packet on, neighbours differ, and the last step of all, and only it, ends the walk.
 */
export function grammarFaults({ hops, verdict, reason }: WalkFact): readonly string[] {
  if (hops.length === 0) return ['no hop'];
  const faults = hops.flatMap((hop, i) => hopFaults(hop, i, hops));
  const last = hops.at(-1)?.steps.at(-1);
  if (last?.type !== ENDING[verdict]) faults.push(`${verdict} ends with ${last?.type ?? 'nothing'}`);
  if ((last?.type === 'drop' ? last.reason : null) !== reason)
    faults.push(`reason ${reason ?? 'null'} is not the last step's`);
  return faults;
}

const ENDING = {
  delivered: 'deliver',
  dropped: 'drop',
  looped: 'loop',
  left: 'leave',
  unknown: 'unknown',
} as const;

function hopFaults(hop: Hop, i: number, hops: readonly Hop[]): string[] {
  const faults: string[] = [];
  const isLast = i === hops.length - 1;
  if (i > 0 && !hop.in) faults.push(`hop ${i} is not entered`);
  if (isLast !== (hop.out === null) && hop.steps.at(-1)?.type !== 'leave')
    faults.push(`hop ${i} is ${isLast ? 'left, though the last' : 'not left'}`);
  if (hop.steps.length === 0 && !hop.out) faults.push(`hop ${i} is empty`);
  if (hops[i + 1]?.node === hop.node) faults.push(`hops ${i} and ${i + 1} are of one node`);
  const ends = hop.steps.findIndex((step) => ENDS.has(step.type));
  if (ends >= 0 && !(isLast && ends === hop.steps.length - 1))
    faults.push(`step ${ends} of hop ${i} ends too early`);
  return faults;
}

/** A device that is only ever named; it handles no packet. */
export const device = (name: string, kind = 'machine'): Device => ({
  name,
  node: name.split(':', 1)[0] ?? name,
  ...(name.endsWith(':host') && { phase: 'host' }),
  kind,
  where: 'vnet/subnet',
  receive: () => ({ do: 'unknown', missing: 'behaviour' }),
});

export function address(text: string): Term {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`not an address: ${text}`);
  return constant(parsed);
}

/** A SYN from 10.3.0.4 to 10.1.0.4. */
export const syn = (ttl = 64): Packet => ({
  headers: [
    { proto: 'ipv4', src: address('10.3.0.4'), dst: address('10.1.0.4'), ttl: constant(ttl) },
    { proto: 'tcp', sport: constant(49_152), dport: constant(22), flags: constant(2) },
  ],
  payload: 0,
});

/** The walk that these events are; the last of them says how it ended. */
export function walkOf(events: readonly Event[]): Walk {
  const end = events.at(-1);
  const begin = events[0];
  if (end?.type !== 'ended' || begin?.type !== 'entered') throw new Error('not a walk');
  return { events, verdict: end.verdict, device: begin.device as Device, packet: end.packet, originated: [] };
}

export const ended = (verdict: Verdict, packet: Packet = syn(), note?: string): Event => ({
  type: 'ended',
  verdict,
  packet,
  note,
});

/** Positions that show which pointer they came from. */
export const locate = (cite: string): string => `net.yaml:${cite.length}:1`;
