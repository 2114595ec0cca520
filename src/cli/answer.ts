/** The answer to a question: one branch of it, all of them, or what it does not survive. */
import { supposedOf, type Asked } from '../analyze/check.ts';
import { foldBranches } from '../analyze/fold-branches.ts';
import { failuresOf, type Bounds } from '../analyze/failures.ts';
import { breakingIn, survivalReport } from '../analyze/fold-failures.ts';
import type { SingleReport } from '../analyze/fold-report.ts';
import { foldTrace, type TraceContext } from '../analyze/fold-trace.ts';
import { traceEstablished } from '../analyze/mid-flow.ts';
import { suggestionsFor } from '../analyze/suggest/suggest.ts';
import type { WalkReport } from '../report/report.ts';
import { printable } from '../source/printable.ts';
import type { SessionStore } from '../walk/session.ts';
import type { FlowText } from './flow.ts';
import { known } from './known.ts';
import { draftOf } from './draft.ts';
import type { Loaded } from './load.ts';
import { readPicks } from './pick.ts';
import { readQuestion } from './question.ts';
import { STATUS, UsageError } from './usage.ts';
import type { WalkOptions } from './walk-options.ts';

/** How far a question reaches beyond the usual branch. */
interface Reach {
  /** How many branches are walked at most; undefined walks the usual one alone. */
  readonly branches: number | undefined;
  /** How many failures at once the flow is to survive. */
  readonly failures: number | undefined;
}

const MOST_BRANCHES = { usual: 1024, limit: 10_000 };
const MOST_FAILURES = 3;
/** Sets of failures that are walked at most. */
const MOST_SETS = 2000;

function readReach({ allPaths, mostBranches, failAny }: WalkOptions): Reach {
  const { usual, limit } = MOST_BRANCHES;
  return {
    branches:
      allPaths === true ? readCount('--most-branches', mostBranches ?? String(usual), limit) : undefined,
    failures: failAny === undefined ? undefined : readCount('--fail-any', failAny, MOST_FAILURES),
  };
}

function readCount(option: string, text: string, limit: number): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= limit) return count;
  throw new UsageError(
    `${option} ${printable(text)} is not a number from 1 to ${limit}`,
    `such as ${option} 1`,
  );
}

export type Asking = Asked & Reach;

/** The question that a flow and the options ask; throws a usage error where it cannot be asked. */
export const readAsked = (
  text: FlowText,
  at: string | undefined,
  options: WalkOptions,
  { topology, before }: Placed,
): Asking => {
  if (before && text.flags !== undefined)
    throw new UsageError('--flags does not go with --mid-flow', 'the flow is established with a SYN');
  const picks = readPicks(options.pick ?? [], topology);
  const { question, isSportChosen } = readQuestion(text, at, options, picks, topology);
  const established = before && { in: before.topology };
  return { question: { ...question, established }, isSportChosen, ...readReach(options) };
};

type Placed = Pick<Loaded, 'topology' | 'locate' | 'before'>;

export function answer(
  { branches, failures, ...asked }: Asking,
  placed: Placed,
  store: SessionStore,
  tell: (branches: number) => void = () => undefined,
): WalkReport {
  const { question } = asked;
  const { topology } = placed;
  const chosen = supposedOf(asked);
  const context = contextOf(placed);
  if (branches !== undefined)
    return known(foldBranches(topology, { question, most: branches, supposed: chosen, tell }, context));
  const report = answerOnce(asked, placed, store);
  if (failures === undefined || report.verdict !== 'delivered') return report;
  const bounds = boundsOf(failures);
  const survival = failuresOf(topology, question, bounds, breakingIn(context));
  return survivalReport(report, bounds, survival);
}

/** How far --fail-any goes. */
export const boundsOf = (failures: number): Bounds => ({
  most: failures,
  sets: MOST_SETS,
  branches: MOST_BRANCHES.usual,
});

/** The usual branch. */
export function answerOnce(asked: Asked, placed: Placed, store: SessionStore): SingleReport {
  const usual = known(traceEstablished(placed.topology, asked.question, store));
  const context = contextOf((usual.isEstablished === false && placed.before) || placed);
  return foldTrace({ ...usual, supposed: [...supposedOf(asked), ...usual.supposed] }, context);
}

export const contextOf = ({ topology: { name, file, macOf }, locate }: Placed): TraceContext => ({
  topology: { name, file },
  locate,
  macOf,
});
/** The report with what would help, where something is wrong that nettrace does not put down to itself. */
export function advised(report: WalkReport, { question }: Asked, loaded: Loaded): WalkReport {
  const { verdict, symmetric, failures } = report;
  const isWell = verdict === 'delivered' && symmetric !== false;
  if (isWell || verdict === 'unknown' || failures || question.established) return report;
  const suggestions = suggestionsFor({ ...question, pastDrops: undefined }, draftOf(loaded));
  return suggestions.length > 0 ? { ...report, suggestions } : report;
}

/** The exit status that a verdict becomes. */
export function statusOf({ verdict }: Pick<WalkReport, 'verdict'>): number {
  if (verdict === 'delivered') return STATUS.good;
  return verdict === 'unknown' ? STATUS.unknown : STATUS.bad;
}
