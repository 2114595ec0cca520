/** `nettrace walk --fail-any`: which failures a flow does not survive. */
import { searchFailures, walkerOf, type Failed, type Outcome } from '../analyze/failures.ts';
import { breakingIn, survivalReport } from '../analyze/fold-failures.ts';
import type { BreakingFact } from '../report/report.ts';
import { SessionStore } from '../walk/session.ts';
import { answerOnce, boundsOf, contextOf, readAsked, type Asking } from './answer.ts';
import { inOrder, readJobs } from './jobs/in-order.ts';
import { load, type Loaded } from './load.ts';
import { progress } from './progress.ts';
import { checkTogether, type WalkOptions } from './walk-options.ts';
import { tellWalk } from './walk.ts';

type Walked = Outcome<BreakingFact>;

export async function walkFailures(options: WalkOptions): Promise<void> {
  checkTogether(options);
  const loaded = load(options);
  if (!loaded) return;
  const asked = readAsked(options, options.in, options, loaded);
  const report = answerOnce(asked, loaded, new SessionStore());
  const survival = report.verdict === 'delivered' ? await searched(asked, loaded, options) : undefined;
  tellWalk(survival ? survivalReport(report, boundsOf(asked.failures!), survival) : report, options, loaded);
}

type Search = ReturnType<typeof searchFailures<BreakingFact>>;
type Found = Extract<ReturnType<Search['next']>, { readonly done: true }>['value'];

async function searched(asked: Asking, loaded: Loaded, options: WalkOptions): Promise<Found> {
  const walk = walkerIn(asked, loaded);
  const advance = progress(undefined, 'sets of failures', options);
  const threads = options.topology === '-' ? 1 : readJobs(options.jobs);
  const search = searchFailures<BreakingFact>(loaded.topology, boundsOf(asked.failures!));
  const here = (failed: Failed): Walked => {
    advance();
    return walk(failed);
  };
  let step = search.next();
  while (!step.done) {
    const known = threads === 1 ? undefined : await outcomes(step.value, here, options, threads);
    step = search.next((failed) => known?.get(failed) ?? here(failed));
  }
  advance('end');
  return step.value;
}

/** Sets that are worth a thread. */
const LEAST = 64;

/** All sets of a size are walked, though some of them need not be: who waits for that has threads to spare. */
async function outcomes(
  sets: readonly Failed[],
  here: (failed: Failed) => Walked,
  setup: WalkOptions,
  threads: number,
): Promise<ReadonlyMap<Failed, Walked>> {
  const found = new Map<Failed, Walked>();
  const walked = inOrder<Failed, Walked>(sets, { here, task: 'fail-any', setup, least: LEAST }, threads);
  for await (const outcome of walked) found.set(sets[found.size]!, outcome);
  return found;
}

/** The same in a thread of its own. */
export function walkFailed(options: WalkOptions): (failed: Failed) => Walked {
  const loaded = load(options);
  if (!loaded) throw new Error('the topology has changed while it was walked');
  return walkerIn(readAsked(options, options.in, options, loaded), loaded);
}

const walkerIn = (asked: Asking, loaded: Loaded): ((failed: Failed) => Walked) =>
  walkerOf(loaded.topology, asked.question, boundsOf(asked.failures!), breakingIn(contextOf(loaded)));
