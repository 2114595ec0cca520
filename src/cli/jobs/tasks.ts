/** What threads can do: each task makes, from its setup, a function of one job. */
import type { Asked } from '../check/run.ts';
import type { CompareSetup } from '../compare/sides.ts';
import type { WalkOptions } from '../walk-options.ts';

export const TASKS = {
  'walk-batch': async (options: WalkOptions) => (await import('../walk-batch.ts')).walkLine(options),
  'compare-batch': async (setup: CompareSetup) => (await import('../compare.ts')).compareLine(setup),
  check: async (asked: Asked) => (await import('../check/threads.ts')).checkShard(asked),
  'fail-any': async (options: WalkOptions) => (await import('../walk-failures.ts')).walkFailed(options),
} as const;

export type TaskName = keyof typeof TASKS;
