/** `nettrace check` and `nettrace lint`: what is wrong with topology files, and whether what they expect holds. */
import { statSync } from 'node:fs';
import type { CheckReport } from '../report/check.ts';
import { printable } from '../source/printable.ts';
import type { ReporterChoice } from './check/reporter-options.ts';
import { filesOf } from './check/files.ts';
import { conclude, readReporters } from './check/reporters.ts';
import { runCheck, type Asked, type RunOptions } from './check/run.ts';
import { checkInThreads } from './check/threads.ts';
import { onDisk, rerunning } from './check/watch.ts';
import { readJobs } from './jobs/in-order.ts';
import type { ColorWhen } from './paint.ts';
import { UsageError } from './usage.ts';

export interface CheckOptions extends RunOptions {
  readonly maxWarnings?: string;
  readonly watch?: boolean;
  readonly jobs?: string;
  readonly color: ColorWhen;
}

export async function checkCommand(
  names: readonly string[],
  options: CheckOptions,
  chosen: readonly ReporterChoice[],
  command: CheckReport['command'] = 'check',
): Promise<void> {
  const reporters = readReporters(chosen);
  const asked: Asked = { command, names, options, maxWarnings: readMaxWarnings(options.maxWarnings) };
  if (options.watch === true && names.includes('-'))
    throw new UsageError('--watch does not go with standard input', 'give the files by name');
  const threads = threadsFor(names, options);
  if (threads > 1) {
    conclude(await checkInThreads(asked, threads), reporters, options.color);
    return;
  }
  const run = runCheck(asked);
  conclude(run.report, reporters, options.color);
  if (options.watch !== true) return;
  const stop = rerunning(asked, run, onDisk, (report) => {
    if (process.stdout.isTTY) process.stdout.write(CLEAN);
    conclude(report, reporters, options.color);
  });
  if (options.quiet !== true) process.stderr.write('nettrace: waiting for changes; Ctrl-C ends\n');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
}

/** Octets of files that are worth a thread each. */
const LEAST = 64 * 1024;

/** A watch keeps what it has read, a shard is a part already, and standard input is there once. */
function threadsFor(names: readonly string[], { jobs, watch, shard }: CheckOptions): number {
  const wanted = readJobs(jobs);
  if (wanted === 1 || watch === true || shard !== undefined || names.includes('-')) return 1;
  const octets = filesOf(names).reduce(
    (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  return Math.min(wanted, Math.max(1, Math.floor(octets / LEAST)));
}

/** Clears a terminal and what has left it, and begins at its top (ECMA-48: ED, CUP). */
const CLEAN = '\x1b[2J\x1b[3J\x1b[H';

function readMaxWarnings(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new UsageError(`--max-warnings: "${printable(text)}" is no number`, 'such as --max-warnings 0');
}
