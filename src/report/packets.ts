/** The packets of a report as they are at the interfaces that they pass. */
import type { Hop, PacketFact, WalkReport } from './report.ts';

/** Those of a hop, in order: in, between its parts, out. */
const ofHop = ({ in: arrived, steps, out: left }: Hop): readonly PacketFact[] => [
  ...(arrived ? [arrived.packet] : []),
  ...steps.flatMap((step) => (step.type === 'port' ? [step.packet] : [])),
  ...(left ? [left.packet] : []),
];

export const packetsOf = ({ walks }: Pick<WalkReport, 'walks'>): readonly PacketFact[] =>
  walks.flatMap(({ hops }) => hops.flatMap(ofHop));
