/** Folds a trace, there and back with all that followed, to the report of `nettrace walk`. */
import type { Cause, WalkFact } from '../report/report.ts';
import { describer } from './describe-packet.ts';
import { foldReport, type ReportContext, type SingleReport } from './fold-report.ts';
import { foldWalk, type FoldContext } from './fold.ts';
import type { WalkCause } from './follow-up.ts';
import type { Trace } from './trace.ts';

export type TraceContext = Pick<ReportContext, 'topology' | 'macOf'> &
  Pick<FoldContext, 'locate' | 'describe' | 'describeStep' | 'measure'>;

export function foldTrace(
  { walks, supposed, home, isEstablished }: Trace,
  { topology, macOf, describe = describer(), ...context }: TraceContext,
): SingleReport {
  const folded: WalkFact[] = [];
  for (const { direction, walk, cause } of walks) {
    const found = cause && causeOf(cause, folded);
    folded.push(foldWalk(walk, { ...context, direction, describe, ...(found && { cause: found }) }));
  }
  const report = foldReport(folded, { topology, supposed, home, macOf });
  return isEstablished === undefined ? report : { ...report, established: isEstablished };
}

const STEPS = { originated: ['originate', 'mirror'], resolved: ['resolve'] } as const;

/** The step at which the causing walk made the packet, or waited for this walk. */
function causeOf({ what, walk, by, nth }: WalkCause, folded: readonly WalkFact[]): Cause | undefined {
  let left = nth;
  for (const [hop, { steps }] of folded[walk]?.hops.entries() ?? []) {
    for (const [step, { type }] of steps.entries()) {
      if (STEPS[by].some((one) => one === type) && left-- === 0) return { what, walk, hop, step };
    }
  }
  return undefined;
}
