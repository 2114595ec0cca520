// All branches of a question, told as --all-paths tells them.
import { foldBranches } from '../../src/analyze/fold-branches.ts';
import type { Question } from '../../src/analyze/trace.ts';
import type { WalkReport } from '../../src/report/report.ts';
import type { Topology } from '../../src/topology/topology.ts';

export const NOWHERE = { topology: { name: '', file: '' }, locate: () => undefined };

export function allPaths(topology: Topology, question: Question, most = 1000): WalkReport {
  const asked = { question, most, supposed: [], tell: () => undefined };
  const report = foldBranches(topology, asked, NOWHERE);
  if ('problem' in report) throw new Error(report.problem);
  return report;
}
