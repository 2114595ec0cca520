/** `nettrace walk --batch`: one report a line, in the order of the flows. */
import { renderJson } from '../render/json.ts';
import { renderMinimal } from '../render/minimal.ts';
import { SessionStore } from '../walk/session.ts';
import { answer, readAsked, statusOf } from './answer.ts';
import { flowLines, readLine } from './batch.ts';
import type { FlowText } from './flow.ts';
import { inOrder, readJobs } from './jobs/in-order.ts';
import { load, type Loaded } from './load.ts';
import { progress } from './progress.ts';
import { STATUS } from './usage.ts';
import { checkTogether, type WalkOptions } from './walk-options.ts';
import { writeParts } from './write.ts';

/** What becomes of one line of the file. */
interface Walked {
  readonly text: string;
  readonly status: number;
}

/** The worst of the reports is the exit status. */
export async function walkBatch(file: string, options: WalkOptions): Promise<void> {
  checkTogether(options);
  const loaded = load(options);
  if (!loaded) return;
  const lines = flowLines(file, (place, flow) => readAsked(flow, place, options, loaded));
  const work = { here: walker(options, loaded), task: 'walk-batch', setup: options, least: LEAST } as const;
  // Sessions of a flow that serve the next, and standard input, are in one thread.
  const isAlone = options.keepState === true || options.topology === '-';
  const walked = inOrder<string, Walked>(lines, work, isAlone ? 1 : readJobs(options.jobs));
  const advance = progress(lines.length, 'flows', options);
  let worst: number = STATUS.good;
  async function* texts(): AsyncGenerator<string> {
    for await (const { text, status } of walked) {
      worst = Math.max(worst, status);
      advance();
      yield text;
    }
  }
  await writeParts(options.output, texts());
  advance('end');
  process.exitCode = worst;
}

/** Flows that are worth a thread. */
const LEAST = 512;

/** The same in a thread of its own. */
export function walkLine(options: WalkOptions): (line: string) => Walked {
  const loaded = load(options);
  if (!loaded) throw new Error('the topology has changed while it was walked');
  return walker(options, loaded);
}

function walker(options: WalkOptions, loaded: Loaded): (line: string) => Walked {
  let store = new SessionStore();
  const ask = (place: string | undefined, flow: FlowText): ReturnType<typeof readAsked> =>
    readAsked(flow, place, options, loaded);
  return (line) => {
    if (options.keepState !== true) store = new SessionStore();
    const report = answer(readLine(line, ask), loaded, store);
    const isMinimal = options.format === 'minimal';
    const text = isMinimal ? renderMinimal(report) : renderJson(report, { compact: true });
    return { text, status: statusOf(report) };
  };
}
