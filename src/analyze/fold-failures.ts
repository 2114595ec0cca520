/** Folds what failures do to a flow to one report. */
import type { BreakingFact, WalkReport } from '../report/report.ts';
import type { Branch } from './branches.ts';
import type { Bounds, Failed, Survival } from './failures.ts';
import { choicesOf } from './fold-branches.ts';
import type { SingleReport } from './fold-report.ts';
import { foldTrace, type TraceContext } from './fold-trace.ts';

/** A branch that fails, in the words of the report; undefined while it arrives. */
export const breakingIn =
  (context: TraceContext) =>
  ({ turns, trace }: Branch, failed: Failed): BreakingFact | undefined => {
    const { verdict, reason, blame, walks } = foldTrace(trace, context);
    if (verdict === 'delivered') return undefined;
    const walk = walks[blame?.walk ?? 0]!;
    const node = walk.hops[blame?.hop ?? 0]!.node;
    return {
      fail: failed,
      choices: choicesOf(turns),
      verdict,
      reason,
      node,
      direction: walk.direction,
    };
  };

/** The report of the flow while all is well, with the failures that it does not survive. */
export const survivalReport = (
  report: SingleReport,
  { most }: Bounds,
  { breaking, tried, isCut }: Survival<BreakingFact>,
): WalkReport => ({
  ...report,
  verdict: breaking.length === 0 ? 'delivered' : 'mixed',
  failures: { most, tried, breaking: breaking.map(({ broken }) => broken) },
  ...(isCut && { cut: true }),
});
