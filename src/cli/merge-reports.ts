/** `nettrace merge-reports`: the reports of shards, as one that any reporter can tell. */
import { mergeReports } from '../analyze/merge-check.ts';
import type { CheckReport } from '../report/check.ts';
import { CHECK_SCHEMA } from '../report/check-schema.ts';
import { faultIn } from '../report/conforms.ts';
import { printable } from '../source/printable.ts';
import type { ReporterChoice } from './check/reporter-options.ts';
import { conclude, readReporters } from './check/reporters.ts';
import { readInput } from './load.ts';
import type { ColorWhen } from './paint.ts';
import { UsageError } from './usage.ts';

export interface MergeOptions {
  readonly color: ColorWhen;
}

export function mergeReportsCommand(
  files: readonly string[],
  { color }: MergeOptions,
  chosen: readonly ReporterChoice[],
): void {
  const reporters = readReporters(chosen);
  const merged = mergeReports(files.map(readReport));
  if ('problem' in merged) throw new UsageError(merged.problem, merged.suggestion);
  conclude(merged, reporters, color);
}

function readReport(file: string): CheckReport {
  const text = readInput(file, 'report').toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notAReport(file, 'is not JSON');
  }
  const fault = faultIn(value, CHECK_SCHEMA);
  if (fault === undefined) return value as CheckReport;
  throw notAReport(file, `is not what check reports${fault === '' ? '' : `: ${printable(fault, 200)}`}`);
}

const notAReport = (file: string, why: string): UsageError =>
  new UsageError(
    `${printable(file)} ${why}`,
    'write it with: nettrace check --shard 1/2 --reporter json --output-file FILE',
  );
