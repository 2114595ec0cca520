/** Folds all branches of a question to one report. */
import type { Answer, Assumption, BranchFact, ChoiceFact, WalkReport } from '../report/report.ts';
import type { Topology } from '../topology/topology.ts';
import type { Turn } from '../walk/exploring.ts';
import { walkBranches } from './branches.ts';
import { matrixOf, type Way } from './matrix.ts';
import type { Supposed } from './fold-report.ts';
import { foldTrace, type TraceContext } from './fold-trace.ts';
import type { NoOrigin, Question } from './trace.ts';

/** A question whose branches are walked and told. */
export interface ManyAsked {
  readonly question: Question;
  /** Branches at most. */
  readonly most: number;
  /** What whoever asked took for granted. */
  readonly supposed: readonly Supposed[];
  /** Hears how many are done. */
  readonly tell: (done: number) => void;
}

/** The report of the first branch, with what all of them come to. */
export function foldBranches(
  topology: Topology,
  { question, most, supposed, tell }: ManyAsked,
  context: TraceContext,
): WalkReport | NoOrigin {
  const ways: Way[] = [];
  const facts: BranchFact[] = [];
  const assumptions: Assumption[] = [];
  let first: WalkReport | undefined;
  const walked = walkBranches(topology, question, most, ({ turns, there, trace }) => {
    const report = foldTrace({ ...trace, supposed: [...supposed, ...trace.supposed] }, context);
    first ??= report;
    ways.push({ turns, there });
    facts.push(branchFact(turns, report));
    assumptions.push(...report.assumptions);
    tell(facts.length);
  });
  if ('problem' in walked) return walked;
  return {
    ...first!,
    ...together(facts),
    assumptions: eachOnce(assumptions),
    branches: facts,
    matrix: matrixOf(ways, facts),
    ...(walked.isCut && { cut: true }),
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
