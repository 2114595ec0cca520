/** Folds what failures do to a flow to one report. */
import type { BreakingFact, WalkReport } from '../report/report.ts';
import type { Topology } from '../topology/topology.ts';
import type { Branch } from './branches.ts';
import { failuresOf, type Bounds } from './failures.ts';
import { choicesOf } from './fold-branches.ts';
import type { SingleReport, Supposed } from './fold-report.ts';
import { foldTrace, type TraceContext } from './fold-trace.ts';
import type { NoOrigin, Question, Trace } from './trace.ts';

/** The report of the flow while all is well, and which failures it does not survive; without them where it is not well. */
export function survivalReport(
  topology: Topology,
  {
    question,
    supposed,
    usual,
  }: { readonly question: Question; readonly supposed: readonly Supposed[]; readonly usual: Trace },
  bounds: Bounds,
  context: TraceContext,
): WalkReport | NoOrigin {
  const folded = ({ trace }: Pick<Branch, 'trace'>): SingleReport => foldTrace(trace, context);
  const report = foldTrace({ ...usual, supposed: [...supposed, ...usual.supposed] }, context);
  if (report.verdict !== 'delivered') return report;
  const found = failuresOf(topology, question, bounds, (branch) => folded(branch).verdict === 'delivered');
  if ('problem' in found) return found;
  const { tried, isCut } = found;
  const breaking = found.breaking.map(({ failed, branch }): BreakingFact => {
    const { verdict, reason, blame, walks } = folded(branch);
    const walk = walks[blame?.walk ?? 0]!;
    const node = walk.hops[blame?.hop ?? 0]!.node;
    return {
      fail: failed,
      choices: choicesOf(branch.turns),
      verdict,
      reason,
      node,
      direction: walk.direction,
    };
  });
  return {
    ...report,
    verdict: breaking.length === 0 ? 'delivered' : 'mixed',
    failures: { most: bounds.most, tried, breaking },
    ...(isCut && { cut: true }),
  };
}
