/** `nettrace compare`: what becomes of flows in one topology and in another, and which changes make the difference. */
import { compareReport } from '../analyze/compare.ts';
import { eachOnce } from '../analyze/fold-branches.ts';
import { renderCompare } from '../render/compare.ts';
import { renderJson } from '../render/json.ts';
import type { ComparedFlow, CompareReport } from '../report/compare.ts';
import { printable } from '../source/printable.ts';
import { flowLines, readLine } from './batch.ts';
import { comparer, readBoth, type Compared } from './compare/comparer.ts';
import { readSides, type CompareSetup, type Sides } from './compare/sides.ts';
import { inOrder, readJobs } from './jobs/in-order.ts';
import type { Loaded } from './load.ts';
import { paintFor, type ColorWhen } from './paint.ts';
import { progress } from './progress.ts';
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

export async function compareCommand(
  a: string,
  b: string | undefined,
  options: CompareOptions,
): Promise<void> {
  check(a, b, options);
  const sides = readSides({ a, b, options });
  if (!sides) return;
  const { flows, assumptions } = await compareFlows(sides, { a, b, options });
  const report = compareReport({
    a: nameOf(sides.a),
    b: { ...nameOf(sides.b), ...(options.set && { set: options.set }) },
    assumptions,
    changes: sides.blended.changes,
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
  if (options.batch === undefined && options.jobs !== undefined)
    throw new UsageError('--jobs goes with --batch', 'give the flows with --batch FILE.jsonl');
}

async function compareFlows(
  sides: Sides,
  setup: CompareSetup,
): Promise<Pick<CompareReport, 'flows' | 'assumptions'>> {
  const { a, b, options } = setup;
  const compare = comparer(sides, options);
  if (options.batch === undefined) {
    const { flow, assumptions } = compare(options.in, options);
    return { flows: [flow], assumptions };
  }
  const lines = flowLines(options.batch, (place, flow) => readBoth(sides, place, flow, options));
  const here = (line: string): Compared => readLine(line, compare);
  const threads = a === '-' || b === '-' ? 1 : readJobs(options.jobs);
  const advance = progress(lines.length, 'flows', options);
  const flows: ComparedFlow[] = [];
  let assumptions: CompareReport['assumptions'] = [];
  for await (const one of inOrder(lines, { here, task: 'compare-batch', setup, least: LEAST }, threads)) {
    flows.push(one.flow);
    assumptions = eachOnce([...assumptions, ...one.assumptions]);
    advance();
  }
  advance('end');
  return { flows, assumptions };
}

/** Flows that are worth a thread: each may be walked many times. */
const LEAST = 64;

/** The same in a thread of its own. */
export function compareLine(setup: CompareSetup): (line: string) => Compared {
  const sides = readSides(setup);
  if (!sides) throw new Error('the topologies have changed while they were compared');
  const compare = comparer(sides, setup.options);
  return (line) => readLine(line, compare);
}
