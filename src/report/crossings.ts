/** The packets of a report at the interfaces that they pass, in order. */
import type { Hop, PacketFact, Step, WalkReport } from './report.ts';

export interface CrossingFact {
  /** Index of its walk, and of the hop there. */
  readonly walk: number;
  readonly hop: number;
  /** `nva1/eth0`. */
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly packet: PacketFact;
  /** Those between the crossing before and this one; the last of a hop has those behind it too. */
  readonly steps: readonly Step[];
  /** The node only carries frames of others. */
  readonly isCarried?: true;
}

export const crossingsOf = ({ walks }: Pick<WalkReport, 'walks'>): readonly CrossingFact[] =>
  walks.flatMap(({ hops }, walk) =>
    hops.flatMap((fact, hop) =>
      ofHop(fact).map((crossing) => ({ ...crossing, ...carried(fact), walk, hop })),
    ),
  );

const carried = ({ steps: [first] }: Hop): { readonly isCarried?: true } =>
  first?.type === 'cross' ? { isCarried: true } : {};

/** In, between its parts, out. */
function ofHop({ node, in: arrived, steps, out: left }: Hop): readonly Omit<CrossingFact, 'walk' | 'hop'>[] {
  const crossings: Omit<CrossingFact, 'walk' | 'hop'>[] = [];
  let since: Step[] = [];
  const add = (port: string, direction: 'in' | 'out', packet: PacketFact): void => {
    crossings.push({ name: `${node}/${port}`, direction, packet, steps: since });
    since = [];
  };
  if (arrived) add(arrived.port, 'in', arrived.packet);
  for (const step of steps)
    if (step.type === 'port') add(step.port, step.direction, step.packet);
    else since.push(step);
  if (left) add(left.port, 'out', left.packet);
  const last = crossings.pop();
  return last ? [...crossings, { ...last, steps: [...last.steps, ...since] }] : [];
}
