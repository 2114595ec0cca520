/** What would stop packets that went past it: the report as it would end there, and a line for each. */
import type { Step, WalkFact, WalkReport } from '../report/report.ts';
import { placeText } from './flow.ts';
import { after, type Layers } from './layers.ts';
import type { StepOf } from './row.ts';
import { hopNumber, verdictText } from './verdict.ts';

/** The report of a walk that ends at the first check that would stop it; the same without one. */
export function asStopped(report: WalkReport): WalkReport {
  const { blockers: [first] = [], walks, symmetric } = report;
  const walk = first && walks[first.walk];
  if (!first || !walk) return report;
  const until = [...walks.slice(0, first.walk), stopped(walk, first.hop, first.step)];
  const isBack = until.some(({ direction }) => direction === 'return');
  return { ...report, walks: until, symmetric: isBack ? symmetric : null };
}

function stopped(walk: WalkFact, index: number, at: number): WalkFact {
  const hop = walk.hops[index]!;
  const before = hop.steps.slice(0, at);
  const layers = before.reduce<Layers>(
    (now, step) => after(step, now),
    hop.in?.packet.layers ?? walk.packet.layers,
  );
  const block = hop.steps[at] as Step & StepOf<'block'>;
  const drop: Step = { ...block, type: 'drop', packet: { length: walk.packet.length, layers } };
  const end = { ...hop, steps: [...before, drop], out: null };
  return { ...walk, verdict: 'dropped', reason: block.reason, hops: [...walk.hops.slice(0, index), end] };
}

/** `by hop 7, nva2: session-invalid  (two-frontends.yaml:66)`, and last what becomes of the packets past all of them. */
export function blockerTexts(
  report: WalkReport,
): readonly { readonly head: string; readonly text: string }[] {
  const { blockers = [], forwarding, ...plain } = report;
  if (!forwarding) return [];
  return [
    ...blockers.map(({ at, node, reason, ...place }) => {
      const where = placeText(at);
      const text = `by hop ${hopNumber(report, place)}, ${node}: ${reason}`;
      return { head: 'blocked', text: where === undefined ? text : `${text}  (${where})` };
    }),
    { head: 'past', text: verdictText({ ...plain, ...forwarding }) },
  ];
}
