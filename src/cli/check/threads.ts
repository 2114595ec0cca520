/** `--jobs`: a check as shards, each in a thread of its own, put together again. */
import { mergeReports } from '../../analyze/merge-check.ts';
import type { CheckReport, ShardFact } from '../../report/check.ts';
import { inOrder } from '../jobs/in-order.ts';
import { UsageError } from '../usage.ts';
import { runCheck, type Asked } from './run.ts';

/** What a thread says of its shard: the report, or the mistake of the user's that keeps it from one. */
type Told =
  | { readonly report: CheckReport }
  | { readonly mistake: { readonly message: string; readonly suggestion: string | undefined } };

/** The report that one thread would make, whatever their number, which is more than one. */
export async function checkInThreads(asked: Asked, threads: number): Promise<CheckReport> {
  const shards = Array.from({ length: threads }, (_, i): ShardFact => ({ index: i + 1, count: threads }));
  const work = { here: checkShard(asked), task: 'check', setup: asked, least: 2 } as const;
  const reports: CheckReport[] = [];
  for await (const told of inOrder<ShardFact, Told>(shards, work, threads)) {
    if ('mistake' in told) throw new UsageError(told.mistake.message, told.mistake.suggestion);
    reports.push(told.report);
  }
  const merged = mergeReports(reports);
  if ('problem' in merged) throw new Error(`shards of one run: ${merged.problem}`);
  return merged;
}

/** One shard; the first has the lint of all files with it. */
export const checkShard =
  (asked: Asked) =>
  ({ index, count }: ShardFact): Told => {
    const { options } = asked;
    const lint = index === 1 && options.lint !== false;
    try {
      const own = { ...options, shard: `${index}/${count}`, lint };
      return { report: runCheck({ ...asked, options: own }).report };
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return { mistake: { message: error.message, suggestion: error.suggestion } };
    }
  };
