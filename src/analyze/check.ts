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
import type { Packet } from '../packet/packet.ts';
import type { Topology } from '../topology/topology.ts';
import type { Cite } from '../walk/cite.ts';
import { SessionStore } from '../walk/session.ts';
import type { Claims } from './claims.ts';
import { describer, type Describer } from './describe-packet.ts';
import type { SingleReport } from './fold-report.ts';
import { foldTrace } from './fold-trace.ts';
import { decidedAt, judge, type Violation } from './judge.ts';
import { trace, type Question, type Trace } from './trace.ts';

/** An expectation as it was read: the flows it is about and what it claims of each. */
export interface Expectation {
  readonly name: string;
  readonly severity: 'error' | 'warning';
  readonly why: string | undefined;
  readonly at: Cite;
  readonly flows: readonly Asked[];
  /** Nodes and ports that are taken to have failed. */
  readonly failures: readonly string[];
  readonly claims: Claims;
}

export interface Asked {
  readonly question: Question;
  readonly isSportChosen: boolean;
}

export interface CheckContext {
  readonly topology: Topology;
  /** The file that the expectation stands in, as reports name it. */
  readonly file: string;
  /** `file:line:column` of a place in the topology, and back. */
  readonly locate: (cite: Cite) => string | undefined;
  readonly placeOf: (at: string) => PlaceFact | undefined;
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
  const isWhole = expectation.failures.length === 0;
  const topology = isWhole ? context.topology : context.topology.failing(expectation.failures);
  const failures: FailureFact[] = [];
  for (const asked of expectation.flows) {
    const traced = trace(topology, asked.question, new SessionStore());
    if ('problem' in traced) throw new Error(traced.problem);
    const found = judge(outlineOf(traced, topology), expectation.claims).filter(({ code }) =>
      context.isJudged(code),
    );
    if (found.length === 0) continue;
    const walk = foldTrace(
      { ...traced, supposed: [...supposedOf(asked), ...traced.supposed] },
      { topology: { name: topology.name, file: topology.file }, locate: context.locate },
    );
    const isKept = failures.length < MOST_WALKS && context.keepsWalk();
    failures.push(failureOf(walk, found, isKept, expectation, context));
  }
  const { name, severity, why, at, flows } = expectation;
  return {
    name,
    severity,
    ...(why !== undefined && { why }),
    at: context.claimedAt(at),
    flows: flows.length,
    outcome: worstOf(failures),
    failures,
  };
}

/** What whoever asks supposes. */
export const supposedOf = ({ question, isSportChosen }: Asked): Trace['supposed'] =>
  isSportChosen ? [{ code: 'source-port', about: String(question.packet.sport) }] : [];

/** A report in which no place is looked up and packets are described when they are looked at: enough to be judged. */
function outlineOf(traced: Trace, { name, file }: Topology): SingleReport {
  return foldTrace(traced, {
    topology: { name, file },
    locate: () => undefined,
    describe: lazily(describer()),
  });
}

const lazily = (describe: Describer): Describer => ({
  ...describe,
  packet: (packet: Packet) => ({
    get length() {
      return describe.packet(packet).length;
    },
    get layers() {
      return describe.packet(packet).layers;
    },
  }),
});

function failureOf(
  walk: SingleReport,
  found: readonly Violation[],
  isKept: boolean,
  { name }: Expectation,
  context: CheckContext,
): FailureFact {
  const { flow } = walk.walks[0]!;
  const isKnown = found.every(({ code }) =>
    context.isKnown({ file: context.file, expectation: name, code, flow: flowKey(flow) }),
  );
  const isUnknown = walk.verdict === 'unknown' && found.some(({ code }) => code === 'expect-verdict');
  return {
    flow,
    outcome: isKnown ? 'known' : isUnknown ? 'unknown' : 'failed',
    violations: found.map((one) => violationFact(one, walk, context)),
    ...(isKept && { walk }),
  };
}

function violationFact(
  { shows, at, ...claim }: Violation,
  walk: SingleReport,
  context: CheckContext,
): ViolationFact {
  const decided = shows && decidedAt(walk, shows);
  const place = decided === undefined ? undefined : context.placeOf(decided);
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

function worstOf(failures: readonly FailureFact[]): ExpectationFact['outcome'] {
  const worst = (['failed', 'unknown', 'known'] as const).find((outcome) =>
    failures.some((one) => one.outcome === outcome),
  );
  return worst ?? 'held';
}
