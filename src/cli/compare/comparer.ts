/** One flow in both topologies, and which changes make the difference. */
import { culpritsOf } from '../../analyze/cause.ts';
import type { Asked } from '../../analyze/check.ts';
import { compareAnswers } from '../../analyze/compare.ts';
import { eachOnce } from '../../analyze/fold-branches.ts';
import { outlineOf } from '../../analyze/outline.ts';
import type { CauseFact, ComparedFlow } from '../../report/compare.ts';
import type { Assumption } from '../../report/report.ts';
import type { Topology } from '../../topology/topology.ts';
import { SessionStore } from '../../walk/session.ts';
import { answerOnce } from '../answer.ts';
import type { CompareOptions } from '../compare.ts';
import type { FlowText } from '../flow.ts';
import { readPicks } from '../pick.ts';
import { readQuestion } from '../question.ts';
import { UsageError } from '../usage.ts';
import type { Blend } from './blend.ts';
import type { Side, Sides } from './sides.ts';

export interface Compared {
  readonly flow: ComparedFlow;
  /** Of the walks in either. */
  readonly assumptions: readonly Assumption[];
}

/** Compares a flow that is injected at `place`. */
export const comparer =
  (sides: Sides, options: CompareOptions) =>
  (place: string | undefined, text: FlowText): Compared => {
    const asked = readBoth(sides, place, text, options);
    const [a, b] = [sides.a, sides.b].map((side, i) => answerOnce(asked[i]!, side, new SessionStore()));
    const outlineIn = (topology: Topology): string | undefined => answerIn(topology, place, text, options);
    const flow = compareAnswers(a!, b!, (wanted) => causeOf(wanted, sides.blended, outlineIn));
    return { flow, assumptions: eachOnce([...a!.assumptions, ...b!.assumptions]) };
  };

/** The question that the flow asks of each; throws a usage error that says of which it cannot be asked. */
export const readBoth = (
  { a, b }: Sides,
  place: string | undefined,
  text: FlowText,
  options: CompareOptions,
): readonly [Asked, Asked] => [readSide(a, place, text, options), readSide(b, place, text, options)];

function readSide(side: Side, place: string | undefined, text: FlowText, options: CompareOptions): Asked {
  try {
    return readAsked(side.topology, place, text, options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${side.called}: ${error.message}`, error.suggestion);
  }
}

const readAsked = (
  topology: Topology,
  place: string | undefined,
  text: FlowText,
  options: CompareOptions,
): Asked => readQuestion(text, place, options, readPicks(options.pick ?? [], topology), topology);

/** What becomes of the flow in a topology between the two; undefined where it cannot be asked there. */
function answerIn(
  topology: Topology,
  place: string | undefined,
  text: FlowText,
  options: CompareOptions,
): string | undefined {
  try {
    const asked = readAsked(topology, place, text, options);
    return outlineOf(answerOnce(asked, { topology, locate: () => undefined }, new SessionStore()));
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

function causeOf(
  wanted: string,
  { changes, topologyOf }: Blend,
  outlineIn: (topology: Topology) => string | undefined,
): CauseFact | null {
  const found = culpritsOf(changes.length, (set) => {
    const topology = topologyOf(set);
    return topology !== undefined && outlineIn(topology) === wanted;
  });
  return found ? { changes: found.changes, smallest: found.isSmallest } : null;
}
