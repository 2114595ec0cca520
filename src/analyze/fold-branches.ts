/** Folds all branches of a question to one report. */
import type { Answer, Assumption, BranchFact, ChoiceFact, WalkReport } from '../report/report.ts';
import type { Turn } from '../walk/exploring.ts';
import type { Branches } from './branches.ts';
import { matrixOf } from './matrix.ts';
import type { Supposed } from './fold-report.ts';
import { foldTrace, type TraceContext } from './fold-trace.ts';

/** The report of the first branch, with what all of them come to; `supposed` is what whoever asked took for granted. */
export function foldBranches(
  { branches, isCut }: Branches,
  supposed: readonly Supposed[],
  context: TraceContext,
): WalkReport {
  const reports = branches.map(({ trace }) =>
    foldTrace({ ...trace, supposed: [...supposed, ...trace.supposed] }, context),
  );
  const facts = reports.map((report, i) => branchFact(branches[i]!.turns, report));
  return {
    ...reports[0]!,
    ...together(facts),
    assumptions: eachOnce(reports.flatMap(({ assumptions }) => assumptions)),
    branches: facts,
    matrix: matrixOf(branches, facts),
    ...(isCut && { cut: true }),
  };
}

export const choicesOf = (turns: readonly Turn[]): readonly ChoiceFact[] =>
  turns.map(({ name, picked, options }) => ({ node: name, picked, options }));

const branchFact = (
  turns: readonly Turn[],
  { verdict, reason, blame, symmetric, through, segments, walks }: Answer,
): BranchFact => ({
  choices: choicesOf(turns),
  share: shareOf(turns),
  verdict,
  reason,
  blame,
  symmetric,
  through,
  ...(segments && { segments }),
  walks,
});

/** Hashes are taken to be even and to know nothing of each other. */
const shareOf = (turns: readonly Turn[]): number | null =>
  turns.reduce<number | null>(
    (sum, { share }) => (sum === null || share === undefined ? null : sum * share),
    1,
  );

/** What holds of all branches; the blame is that of the first. */
function together(
  branches: readonly BranchFact[],
): Pick<WalkReport, 'verdict' | 'reason' | 'blame' | 'symmetric'> {
  const first = branches[0]!;
  const isOne = branches.every(({ verdict }) => verdict === first.verdict);
  const isFor = (reason: BranchFact['reason']): boolean => branches.every((one) => one.reason === reason);
  const isAll = (symmetric: boolean): boolean => branches.every((one) => one.symmetric === symmetric);
  return {
    verdict: isOne ? first.verdict : 'mixed',
    reason: isFor(first.reason) ? first.reason : null,
    blame: isOne ? first.blame : null,
    symmetric: branches.some((one) => one.symmetric === false) ? false : isAll(true) ? true : null,
  };
}

/** Each assumption once, in the order in which it first mattered. */
export function eachOnce(assumptions: readonly Assumption[]): readonly Assumption[] {
  const found = new Map(assumptions.map((one) => [`${one.code} ${one.about ?? ''}`, one]));
  return [...found.values()];
}
