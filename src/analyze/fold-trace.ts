/** Folds a trace, there and back with all that followed, to the report of `nettrace walk`. */
import type { Cause, WalkFact, WalkReport } from '../report/report.ts';
import { foldReport, type ReportContext } from './fold-report.ts';
import { foldWalk, type FoldContext } from './fold.ts';
import type { Trace, TracedWalk } from './trace.ts';

export type TraceContext = Pick<ReportContext, 'topology'> & Pick<FoldContext, 'locate'>;

export function foldTrace({ walks, supposed }: Trace, { topology, locate }: TraceContext): WalkReport {
  const folded: WalkFact[] = [];
  for (const { direction, walk, cause } of walks) {
    const found = cause && causeOf(cause, walks, folded);
    folded.push(foldWalk(walk, { direction, locate, ...(found && { cause: found }) }));
  }
  return foldReport(folded, { topology, supposed });
}

/** The step that an `originated` event became: the n-th of its walk, as it was the n-th such event. */
function causeOf(
  { what, walk, event }: NonNullable<TracedWalk['cause']>,
  walks: readonly TracedWalk[],
  folded: readonly WalkFact[],
): Cause | undefined {
  const events = walks[walk]?.walk.events.slice(0, event) ?? [];
  let left = events.filter((one) => one.type === 'originated').length;
  for (const [hop, { steps }] of folded[walk]?.hops.entries() ?? []) {
    for (const [step, { type }] of steps.entries()) {
      if (type !== 'originate') continue;
      if (left === 0) return { what, walk, hop, step };
      left--;
    }
  }
  return undefined;
}
