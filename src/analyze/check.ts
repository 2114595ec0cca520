/** Walks the flows of an expectation and says what does not hold. */
import type {
  ClaimCode,
  ExpectationFact,
  FailureFact,
  KnownViolation,
  PlaceFact,
  ViolationFact,
} from '../report/check.ts';
import { flowKey } from '../report/known.ts';
import type { Topology } from '../topology/topology.ts';
import type { Cite } from '../walk/cite.ts';
import type { Claims } from './claims.ts';
import { failingOf } from './failing.ts';
import { choicesOf } from './fold-branches.ts';
import type { SingleReport } from './fold-report.ts';
import { foldTrace } from './fold-trace.ts';
import { decidedAt, type Violation } from './judge.ts';
import type { Question, Trace } from './trace.ts';

/** A topology, and where the parts of its document stand. */
export interface Placed {
  readonly topology: Topology;
  /** `file:line:column` of a place in the topology, and back. */
  readonly locate: (cite: Cite) => string;
  readonly placeOf: (at: string) => PlaceFact | undefined;
}

/** An expectation as it was read: the flows it is about and what it claims of each. */
export interface Expectation {
  readonly name: string;
  readonly severity: 'error' | 'warning';
  readonly why: string | undefined;
  readonly at: Cite;
  readonly placed: Placed;
  readonly flows: Flows;
  /** Nodes, ports and links that are taken to have failed. */
  readonly failures: readonly string[];
  readonly claims: Claims;
}

export interface Flows {
  readonly count: number;
  /** Ranges of which some values are walked for all, as they were written. */
  readonly sampled: readonly string[];
  /** One after the other, so that a large set is not held. */
  each(): Iterable<Asked>;
}

export interface Asked {
  readonly question: Question;
  readonly isSportChosen: boolean;
}

export interface CheckContext {
  /** The file that the expectation stands in, as reports name it. */
  readonly file: string;
  /** A place in the document of the expectations. */
  readonly claimedAt: (cite: Cite) => PlaceFact;
  /** Whether claims of this code are held against the flows. */
  readonly isJudged: (code: ClaimCode) => boolean;
  readonly isKnown: (violation: KnownViolation) => boolean;
  /** Whether there is room for another whole report. */
  readonly keepsWalk: () => boolean;
}

/** Whole reports that are kept of one expectation. */
const MOST_WALKS = 3;

export function checkExpectation(expectation: Expectation, context: CheckContext): ExpectationFact {
  const { name, severity, why, at, flows, failures: failed, claims } = expectation;
  const { topology: sound, locate } = expectation.placed;
  const topology = failed.length === 0 ? sound : sound.failing(failed);
  const failures: FailureFact[] = [];
  for (const asked of flows.each()) {
    const failing = failingOf(asked.question, claims, topology, context.isJudged);
    if (!failing) continue;
    const walk = foldTrace(
      { ...failing.trace, supposed: [...supposedOf(asked), ...failing.trace.supposed] },
      { topology: { name: topology.name, file: topology.file }, locate },
    );
    const isKept = failures.length < MOST_WALKS && context.keepsWalk();
    failures.push({
      ...failureOf(walk, failing.violations, isKept, expectation, context),
      ...(failing.failed && { fail: failing.failed }),
      ...(failing.turns && { choices: choicesOf(failing.turns) }),
    });
  }
  return {
    name,
    severity,
    ...(why !== undefined && { why }),
    // Nobody looks where what holds is claimed, and places cost a reading of the text.
    get at() {
      return context.claimedAt(at);
    },
    flows: flows.count,
    ...(flows.sampled.length > 0 && { sampled: flows.sampled }),
    outcome: worstOf(failures),
    failures,
  };
}

/** What whoever asks supposes. */
export const supposedOf = ({ question, isSportChosen }: Asked): Trace['supposed'] =>
  isSportChosen ? [{ code: 'source-port', about: String(question.packet.sport) }] : [];

function failureOf(
  walk: SingleReport,
  found: readonly Violation[],
  isKept: boolean,
  { name, placed }: Expectation,
  context: CheckContext,
): FailureFact {
  const { flow } = walk.walks[0]!;
  const isKnown = found.every(({ code }) =>
    context.isKnown({ file: context.file, expectation: name, code, flow: flowKey(flow) }),
  );
  const isUnknown = found.some(
    ({ code }) => BOUNDED.has(code) || (code === 'expect-verdict' && walk.verdict === 'unknown'),
  );
  return {
    flow,
    outcome: isKnown ? 'known' : isUnknown ? 'unknown' : 'failed',
    violations: found.map((one) => violationFact(one, walk, placed, context)),
    ...(isKept && { walk }),
  };
}

function violationFact(
  { shows, at, ...claim }: Violation,
  walk: SingleReport,
  { placeOf }: Placed,
  context: CheckContext,
): ViolationFact {
  const decided = shows && decidedAt(walk, shows);
  const place = decided === undefined ? undefined : placeOf(decided);
  return {
    ...claim,
    at: context.claimedAt(at),
    hop: shows ? hopOf(walk, shows) : null,
    ...(place && { decided: place }),
  };
}

/** A hop by its number, counted through all walks. */
function hopOf({ walks }: SingleReport, shows: NonNullable<Violation['shows']>): ViolationFact['hop'] {
  const before = walks.slice(0, shows.walk).reduce((sum, { hops }) => sum + hops.length, 0);
  const node = walks[shows.walk]?.hops[shows.hop]?.node;
  return node === undefined ? null : { number: before + shows.hop + 1, node };
}

/** Claims of more than could be walked. */
const BOUNDED: ReadonlySet<ClaimCode> = new Set(['expect-branches', 'expect-fail-any']);

function worstOf(failures: readonly FailureFact[]): ExpectationFact['outcome'] {
  const worst = (['failed', 'unknown', 'known'] as const).find((outcome) =>
    failures.some((one) => one.outcome === outcome),
  );
  return worst ?? 'held';
}
