/** `nettrace compare`: what becomes of flows in one topology and in another, and which changes make the difference. */
import { culpritsOf } from '../analyze/cause.ts';
import type { Asked } from '../analyze/check.ts';
import { compareAnswers, compareReport } from '../analyze/compare.ts';
import { eachOnce } from '../analyze/fold-branches.ts';
import type { SingleReport } from '../analyze/fold-report.ts';
import { outlineOf } from '../analyze/outline.ts';
import { renderCompare } from '../render/compare.ts';
import { renderJson } from '../render/json.ts';
import type { CauseFact, ComparedFlow, CompareReport } from '../report/compare.ts';
import { printable } from '../source/printable.ts';
import { SessionStore } from '../walk/session.ts';
import type { Topology } from '../topology/topology.ts';
import { answerOnce } from './answer.ts';
import { eachFlow } from './batch.ts';
import { blend, type Blend } from './compare/blend.ts';
import type { FlowText } from './flow.ts';
import { load, type Loaded } from './load.ts';
import { paintFor, type ColorWhen } from './paint.ts';
import { readPicks } from './pick.ts';
import { readQuestion } from './question.ts';
import { STATUS, UsageError } from './usage.ts';
import { checkFlow, type FlowOptions } from './walk-options.ts';
import { write } from './write.ts';

export interface CompareOptions extends FlowOptions {
  readonly set?: readonly string[];
  readonly output?: string;
  readonly quiet?: boolean;
  readonly format: 'text' | 'json';
  readonly color: ColorWhen;
}

const STATUS_OF: Readonly<Record<CompareReport['outcome'], number>> = {
  same: STATUS.good,
  different: STATUS.bad,
  unknown: STATUS.unknown,
};

/** A topology and what messages call it. */
interface Side extends Loaded {
  readonly called: string;
}

/** One flow, as it is asked of both. */
interface Both {
  readonly flow: FlowText;
  readonly place: string | undefined;
  readonly a: Asked;
  readonly b: Asked;
}

export function compareCommand(a: string, b: string | undefined, options: CompareOptions): void {
  check(a, b, options);
  const { set } = options;
  const from = load({ topology: a });
  // The mistakes of one file are told once.
  const to = from || b !== undefined ? load({ topology: b ?? a, ...(set && { set }) }) : undefined;
  if (!from || !to) return;
  const sides = {
    a: { ...from, called: printable(a) },
    b: { ...to, called: set ? `${printable(b ?? a)} with --set` : printable(b!) },
  };
  const blended = blend(from, to);
  const { flows, assumptions } = compareFlows(sides, blended, options);
  const report = compareReport({
    a: nameOf(from),
    b: { ...nameOf(to), ...(set && { set }) },
    assumptions,
    changes: blended.changes,
    flows,
  });
  const isJson = options.format === 'json';
  const text = isJson ? renderJson(report) : renderCompare(report, { paint: paintFor(options.color) });
  write(options.output, text);
  process.exitCode = STATUS_OF[report.outcome];
}

const nameOf = ({ topology: { name, file } }: Loaded): CompareReport['a'] => ({ name, file });

function check(a: string, b: string | undefined, options: CompareOptions): void {
  if (b === undefined && !options.set)
    throw new UsageError(
      `there is nothing to compare ${printable(a)} with`,
      'name a second topology file, or say with --set PATH=VALUE what changes',
    );
  if ([a, b, options.batch].filter((file) => file === '-').length > 1 || (a === '-' && b === undefined))
    throw new UsageError('standard input can be read once', 'give the others as files');
  checkFlow(options);
}

function compareFlows(
  sides: { readonly a: Side; readonly b: Side },
  blended: Blend,
  options: CompareOptions,
): Pick<CompareReport, 'flows' | 'assumptions'> {
  const flows: ComparedFlow[] = [];
  let assumptions: CompareReport['assumptions'] = [];
  const ask = (place: string | undefined, flow: FlowText): Both => ({
    flow,
    place,
    a: question(sides.a, flow, place, options),
    b: question(sides.b, flow, place, options),
  });
  const compare = (asked: Both): void => {
    const [a, b] = [answerOf(asked.a, sides.a), answerOf(asked.b, sides.b)];
    const outlineIn = (topology: Topology): string | undefined => answerIn(topology, asked, options);
    flows.push(compareAnswers(a, b, (wanted) => causeOf(wanted, blended, outlineIn, flows)));
    assumptions = eachOnce([...assumptions, ...a.assumptions, ...b.assumptions]);
  };
  if (options.batch === undefined) compare(ask(options.in, options));
  else eachFlow(options.batch, ask, compare);
  return { flows, assumptions };
}

const answerOf = (asked: Asked, loaded: Loaded): SingleReport =>
  answerOnce(asked, loaded, new SessionStore());

function question(side: Side, flow: FlowText, place: string | undefined, options: CompareOptions): Asked {
  try {
    return asked(side.topology, flow, place, options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${side.called}: ${error.message}`, error.suggestion);
  }
}

const asked = (
  topology: Topology,
  flow: FlowText,
  place: string | undefined,
  options: CompareOptions,
): Asked => readQuestion(flow, place, options, readPicks(options.pick ?? [], topology), topology);

/** What becomes of the flow in a topology between the two; undefined where it cannot be asked there. */
function answerIn(topology: Topology, { flow, place }: Both, options: CompareOptions): string | undefined {
  try {
    const unplaced = { topology, locate: (): undefined => undefined };
    return outlineOf(answerOnce(asked(topology, flow, place, options), unplaced, new SessionStore()));
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** What was the cause for another flow is tried first. */
function causeOf(
  wanted: string,
  { changes, topologyOf }: Blend,
  outlineIn: (topology: Topology) => string | undefined,
  earlier: readonly ComparedFlow[],
): CauseFact | null {
  const does = (set: readonly number[]): boolean => {
    const topology = topologyOf(set);
    return topology !== undefined && outlineIn(topology) === wanted;
  };
  const known = new Set(earlier.flatMap(({ difference }) => difference?.cause?.changes.join() ?? []));
  const single = [...known].find((key) => !key.includes(',') && does([Number(key)]));
  if (single !== undefined) return { changes: [Number(single)], smallest: true };
  const found = culpritsOf(changes.length, does);
  return found ? { changes: found.changes, smallest: found.isSmallest } : null;
}
