/**
 * Source ports that the kernel draws at random (nf_nat_l4proto_unique_tuple): the sides agree if they differ in such a port
 * alone, both are of one class, and nettrace says that it chose its own.
 */
import type { PortTaken } from './model-state.ts';
import type { Walked } from './model.ts';
import { sightingText, type Sighting } from './sighting.ts';

const FIELDS = ['sport', 'dport', 'id'] as const;
type Field = (typeof FIELDS)[number];

/** The port that is drawn, if it is all that the sides differ in. */
export function portDrawn(kernel: readonly Sighting[], walked: Walked): PortTaken | undefined {
  const [seen, ...otherSeen] = onlyIn(kernel, walked.sightings);
  const [modelled, ...otherModelled] = onlyIn(walked.sightings, kernel);
  if (!seen || !modelled || otherSeen.length + otherModelled.length > 0) return undefined;
  for (const field of FIELDS) {
    const [drawn, chosen] = [seen.packet[field], modelled.packet[field]];
    if (drawn === undefined || chosen === undefined || drawn === chosen) continue;
    const same = { ...modelled, packet: { ...modelled.packet, [field]: drawn } };
    return sightingText(same) === sightingText(seen) && mayDraw(drawn, field, walked)
      ? { field, chosen, drawn }
      : undefined;
  }
  return undefined;
}

function onlyIn(all: readonly Sighting[], others: readonly Sighting[]): readonly Sighting[] {
  const known = new Set(others.map(sightingText));
  return all.filter((one) => !known.has(sightingText(one)));
}

/** Whether a step of the walk gave the packet a port of the range or the class that the drawn one is of. */
function mayDraw(drawn: number, field: Field, { report }: Walked): boolean {
  const steps = report.walks.flatMap(({ hops }) => hops.flatMap((hop) => hop.steps));
  const step = steps.find((one) => one.type === 'nat' && one.field === field);
  if (step?.type !== 'nat') return false;
  const [first, last] = rangeOf(step.text ?? '') ?? classOf(Number(step.before), field);
  return drawn >= first && drawn <= last;
}

type Range = readonly [first: number, last: number];

/** The ports that the rule of the step states. */
function rangeOf(rule: string): Range | undefined {
  const found = /--to-ports (\d+)-(\d+)|--to-(?:source|destination) \S*?:(\d+)-(\d+)/.exec(rule)?.slice(1);
  const [first, last] = (found ?? []).filter((one) => one !== undefined).map(Number);
  return first === undefined || last === undefined ? undefined : [first, last];
}

function classOf(came: number, field: Field): Range {
  if (field === 'id') return [0, 0xffff];
  if (came < 512) return [1, 511];
  return came < 1024 ? [600, 1023] : [1024, 0xffff];
}
