/** Finds the way of a flow that is not as was claimed: the usual one, a branch, a branch under failures. */
import type { ClaimCode } from '../report/check.ts';
import type { PacketFact, Step } from '../report/report.ts';
import type { Packet } from '../packet/packet.ts';
import type { Topology } from '../topology/topology.ts';
import type { Event } from '../walk/event.ts';
import { SessionStore } from '../walk/session.ts';
import { branchesOf, type Branch } from './branches.ts';
import type { Claims } from './claims.ts';
import { stepOf } from './describe-event.ts';
import { describer, type Describer } from './describe-packet.ts';
import { failuresOf, type Failed } from './failures.ts';
import type { SingleReport } from './fold-report.ts';
import { foldTrace } from './fold-trace.ts';
import { judge, type Violation } from './judge.ts';
import { traceEstablished } from './mid-flow.ts';
import type { NoOrigin, Question, Trace } from './trace.ts';

export interface Failing {
  readonly trace: Trace;
  readonly violations: readonly Violation[];
  /** Of one branch among several: how it came about. */
  readonly turns?: Branch['turns'];
  /** What has failed there, of what may fail. */
  readonly failed?: readonly string[];
}

type Judged = (traced: Trace) => readonly Violation[];

/** Of one flow that are walked. */
const MOST_BRANCHES = 1024;
const MOST_SETS = 2000;

/** What was claimed and does not hold; undefined when all does. */
export function failingOf(
  question: Question,
  claims: Claims,
  topology: Topology,
  isJudged: (code: ClaimCode) => boolean,
): Failing | undefined {
  const judged: Judged = (traced) =>
    (unestablished(traced, claims) ?? judge(outlineOf(traced, topology, claims), claims)).filter(({ code }) =>
      isJudged(code),
    );
  if (claims.failAny) return failingSet(question, claims.failAny, topology, judged);
  if (claims.branches) return failingBranch(question, claims.branches, topology, judged);
  const usual = answered(traceEstablished(topology, question, new SessionStore()));
  const violations = judged(usual);
  return violations.length > 0 ? { trace: usual, violations } : undefined;
}

/** Of a flow that was to be established and was not, nothing else can be said. */
const unestablished = ({ isEstablished }: Trace, { midFlow }: Claims): readonly Violation[] | undefined =>
  midFlow && isEstablished === false
    ? [{ code: 'expect-mid-flow', way: 'forward', expected: true, found: false, at: midFlow.at }]
    : undefined;

/** The branch that decides what was claimed of all, or of some. */
function failingBranch(
  question: Question,
  extent: NonNullable<Claims['branches']>,
  topology: Topology,
  judged: Judged,
): Failing | undefined {
  const { branches, isCut } = answered(branchesOf(topology, question, MOST_BRANCHES));
  const all = branches.map(({ turns, trace: traced }) => ({
    turns,
    trace: traced,
    violations: judged(traced),
  }));
  const failing = all.filter(({ violations }) => violations.length > 0);
  const isDecided = extent.wanted === 'every' ? failing.length > 0 : failing.length < all.length;
  if (isCut && !isDecided)
    return { ...all[0]!, violations: [beyond('expect-branches', extent, MOST_BRANCHES)] };
  return extent.wanted === 'every' || !isDecided ? failing[0] : undefined;
}

/** The smallest set of failures with which it does not hold, down whichever branch. */
function failingSet(
  question: Question,
  most: NonNullable<Claims['failAny']>,
  topology: Topology,
  judged: Judged,
): Failing | undefined {
  const bounds = { most: most.wanted, sets: MOST_SETS, branches: MOST_BRANCHES };
  const told = (branch: Branch, failed: Failed): Failing | undefined => {
    const violations = judged(branch.trace);
    return violations.length > 0 ? { ...branch, failed, violations } : undefined;
  };
  const { breaking, isCut, tried } = failuresOf(topology, question, bounds, told);
  const [smallest] = breaking;
  if (smallest) return smallest.broken;
  if (!isCut) return undefined;
  const usual = answered(traceEstablished(topology, question, new SessionStore()));
  return { trace: usual, violations: [beyond('expect-fail-any', most, tried)] };
}

const beyond = (
  code: 'expect-branches' | 'expect-fail-any',
  { wanted: expected, at }: NonNullable<Claims['branches'] | Claims['failAny']>,
  found: number,
): Violation => ({ code, way: 'forward', expected, found, at });

/** That a question has a beginning was seen when it was read. */
function answered<T extends object>(answer: T | NoOrigin): T {
  if ('problem' in answer) throw new Error(answer.problem);
  return answer;
}

/**
 * A report in which no place is looked up, steps that no claim is about are left blank, a header that is put on or taken off has its name alone, packets are described
 * when they are looked at, and sizes are measured when a claim is about them: enough to be judged.
 */
function outlineOf(traced: Trace, { name, file }: Topology, claims: Claims): SingleReport {
  const isMeasured = claims.forward.mtuAtLeast ?? claims.return.mtuAtLeast;
  return foldTrace(traced, {
    topology: { name, file },
    locate: () => undefined,
    describe: lazily(describer()),
    describeStep: (event, phase, scene) => (NOT_JUDGED.has(event.type) ? BLANK : stepOf(event, phase, scene)),
    ...(!isMeasured && { measure: () => undefined }),
  });
}

/** Events whose steps no claim is about, and no other walk follows; what they say costs most to say. */
const NOT_JUDGED: ReadonlySet<Event['type']> = new Set(['routed', 'matched', 'chose', 'layer']);

/** In the place of their steps. */
const BLANK: Step = { type: 'layer', layer: '', direction: '' };

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
