/** Walks the flows of an expectation and says what does not hold. */
import type {
  ClaimCode,
  ExpectationFact,
  FailureFact,
  KnownViolation,
  PlaceFact,
  ViolationFact,
} from '../report/check.ts';
import type { PacketFact } from '../report/report.ts';
import { flowKey } from '../report/known.ts';
import type { Packet } from '../packet/packet.ts';
import type { Topology } from '../topology/topology.ts';
import type { Cite } from '../walk/cite.ts';
import { SessionStore } from '../walk/session.ts';
import { branchesOf, type Branch } from './branches.ts';
import type { Claims } from './claims.ts';
import { describer, type Describer } from './describe-packet.ts';
import { choicesOf } from './fold-branches.ts';
import type { SingleReport } from './fold-report.ts';
import { foldTrace } from './fold-trace.ts';
import { decidedAt, judge, type Violation } from './judge.ts';
import { trace, type NoOrigin, type Question, type Trace } from './trace.ts';

/** An expectation as it was read: the flows it is about and what it claims of each. */
export interface Expectation {
  readonly name: string;
  readonly severity: 'error' | 'warning';
  readonly why: string | undefined;
  readonly at: Cite;
  readonly flows: Flows;
  /** Nodes and ports that are taken to have failed. */
  readonly failures: readonly string[];
  readonly claims: Claims;
}

export interface Flows {
  readonly count: number;
  /** One after the other, so that a large set is not held. */
  each(): Iterable<Asked>;
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
  for (const asked of expectation.flows.each()) {
    const failing = failingBranch(asked.question, expectation.claims, topology, context);
    if (!failing) continue;
    const walk = foldTrace(
      { ...failing.trace, supposed: [...supposedOf(asked), ...failing.trace.supposed] },
      { topology: { name: topology.name, file: topology.file }, locate: context.locate },
    );
    const isKept = failures.length < MOST_WALKS && context.keepsWalk();
    const failure = failureOf(walk, failing.violations, isKept, expectation, context);
    failures.push({ ...failure, ...(failing.turns && { choices: choicesOf(failing.turns) }) });
  }
  const { name, severity, why, at, flows } = expectation;
  return {
    name,
    severity,
    ...(why !== undefined && { why }),
    at: context.claimedAt(at),
    flows: flows.count,
    outcome: worstOf(failures),
    failures,
  };
}

interface Failing {
  readonly trace: Trace;
  readonly violations: readonly Violation[];
  /** Of one branch among several: how it came about. */
  readonly turns?: Branch['turns'];
}

/** Branches of one flow that are walked. */
const MOST_BRANCHES = 1024;

/** What was claimed and does not hold: of the usual branch, or of the one that decides what was claimed of all. */
function failingBranch(
  question: Question,
  claims: Claims,
  topology: Topology,
  context: CheckContext,
): Failing | undefined {
  const judged = (traced: Trace): readonly Violation[] =>
    judge(outlineOf(traced, topology, claims), claims).filter(({ code }) => context.isJudged(code));
  const { branches: extent } = claims;
  if (!extent) {
    const usual = answered(trace(topology, question, new SessionStore()));
    const violations = judged(usual);
    return violations.length > 0 ? { trace: usual, violations } : undefined;
  }
  const { branches, isCut } = answered(branchesOf(topology, question, MOST_BRANCHES));
  const all = branches.map(({ turns, trace: traced }) => ({
    turns,
    trace: traced,
    violations: judged(traced),
  }));
  const failing = all.filter(({ violations }) => violations.length > 0);
  const isDecided = extent.wanted === 'every' ? failing.length > 0 : failing.length < all.length;
  if (isCut && !isDecided) return { ...all[0]!, violations: [beyond(extent)] };
  return extent.wanted === 'every' || !isDecided ? failing[0] : undefined;
}

const beyond = ({ wanted: expected, at }: NonNullable<Claims['branches']>): Violation => ({
  code: 'expect-branches',
  way: 'forward',
  expected,
  found: MOST_BRANCHES,
  at,
});

/** That a question has a beginning was seen when it was read. */
function answered<T extends object>(answer: T | NoOrigin): T {
  if ('problem' in answer) throw new Error(answer.problem);
  return answer;
}

/** What whoever asks supposes. */
export const supposedOf = ({ question, isSportChosen }: Asked): Trace['supposed'] =>
  isSportChosen ? [{ code: 'source-port', about: String(question.packet.sport) }] : [];

/**
 * A report in which no place is looked up, a header that is put on or taken off has its name alone, packets are described
 * when they are looked at, and sizes are measured when a claim is about them: enough to be judged.
 */
function outlineOf(traced: Trace, { name, file }: Topology, claims: Claims): SingleReport {
  const isMeasured = claims.forward.mtuAtLeast ?? claims.return.mtuAtLeast;
  return foldTrace(traced, {
    topology: { name, file },
    locate: () => undefined,
    describe: lazily(describer()),
    ...(!isMeasured && { measure: () => undefined }),
  });
}

const lazily = (describe: Describer): Describer => ({
  ...describe,
  layer: ({ proto }) => ({ proto }),
  packet: (packet: Packet) => new Undescribed(packet, describe),
});

/** A packet that is described when it is looked at. */
class Undescribed implements PacketFact {
  readonly #packet: Packet;
  readonly #describe: Describer;

  constructor(packet: Packet, describe: Describer) {
    this.#packet = packet;
    this.#describe = describe;
  }

  get length(): number {
    return this.#describe.packet(this.#packet).length;
  }

  get layers(): PacketFact['layers'] {
    return this.#describe.packet(this.#packet).layers;
  }
}

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
  const isUnknown = found.some(
    ({ code }) => code === 'expect-branches' || (code === 'expect-verdict' && walk.verdict === 'unknown'),
  );
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
