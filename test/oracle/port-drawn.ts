/**
 * Source ports that the kernel draws at random (nf_nat_l4proto_unique_tuple): the sides agree if they differ in such a port
 * alone, both are of one class, and nettrace says that it chose its own.
 */
import type { PortTaken } from './model-state.ts';
import type { Walked } from './model.ts';
import { sightingText, type Sighting } from './sighting.ts';
import type { Wire } from './wire.ts';

const FIELDS = ['sport', 'dport', 'id'] as const;

export function portDrawn(kernel: readonly Sighting[], { sightings, report }: Walked): PortTaken | undefined {
  if (kernel.length !== 1 || sightings.length !== 1) return undefined;
  const [seen, modelled] = [kernel[0]!, sightings[0]!];
  for (const field of FIELDS) {
    const [drawn, chosen] = [seen.packet[field], modelled.packet[field]];
    if (drawn === undefined || chosen === undefined || drawn === chosen) continue;
    const same: Wire = { ...modelled.packet, [field]: drawn };
    const isAlone = sightingText({ ...modelled, packet: same }) === sightingText(seen);
    const before = report.walks[0]?.hops
      .flatMap(({ steps }) => steps)
      .find((step) => step.type === 'nat' && step.field === field);
    if (!isAlone || before?.type !== 'nat') return undefined;
    return isOneClass(Number(before.before), drawn, before.text ?? '', field) ? { chosen, drawn } : undefined;
  }
  return undefined;
}

/** Whether the kernel may draw this port for a packet that came with that one: in the rule's range, or of its class. */
function isOneClass(came: number, drawn: number, rule: string, field: (typeof FIELDS)[number]): boolean {
  const range = /--to-(?:ports|source|destination) \S*?(?<first>\d+)-(?<last>\d+)(?:\/\d+)?(?:\s|$)/.exec(
    rule,
  )?.groups;
  const isPorts = range !== undefined && !/--to-source [\d.]+-[\d.]+$/.test(rule);
  if (isPorts) return drawn >= Number(range['first']) && drawn <= Number(range['last']);
  if (field === 'id') return true;
  if (came < 512) return drawn >= 1 && drawn < 512;
  return came < 1024 ? drawn >= 600 && drawn < 1024 : drawn >= 1024;
}
