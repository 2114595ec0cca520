/** Reports of the parts of a check as the report of the whole. */
import type { CheckedFile, CheckReport, ExpectationFact, FailureFact, RuleFact } from '../report/check.ts';
import { checkReport, keeping } from './check-report.ts';

/** Why reports are not the parts of one check. */
export interface NoWhole {
  readonly problem: string;
  readonly suggestion: string;
}

/**
 * Shards of one run make the report that the run would have made whole; reports of other files than one another are put
 * together in their order.
 */
export function mergeReports(reports: readonly CheckReport[]): CheckReport | NoWhole {
  const [first] = reports;
  const { command, maxWarnings } = first!;
  if (reports.some((report) => report.command !== command))
    return {
      problem: 'the reports are of different commands',
      suggestion: 'merge those of check, or those of lint',
    };
  if (reports.some((report) => report.maxWarnings !== maxWarnings))
    return {
      problem: 'the reports allow different numbers of warnings',
      suggestion: 'run all of them with the same --max-warnings',
    };
  const isSharded = reports.some(({ shard }) => shard);
  const files = isSharded ? filesOfShards(reports) : filesOfRuns(reports);
  if ('problem' in files) return files;
  const rules = new Map(reports.flatMap((report) => report.rules).map((rule) => [rule.code, rule] as const));
  const stale = each(reports.flatMap((report) => report.stale));
  const staleFindings = each(reports.flatMap((report) => report.staleFindings));
  const whole = { command, maxWarnings, files: trimmed(files), stale, staleFindings };
  return checkReport(whole, (code): RuleFact => rules.get(code)!);
}

/** Those that are alike once: every shard tells what nobody has seen. */
const each = <T>(all: readonly T[]): readonly T[] => [
  ...new Map(all.map((one) => [JSON.stringify(one), one] as const)).values(),
];

function filesOfRuns(reports: readonly CheckReport[]): readonly CheckedFile[] | NoWhole {
  const files = reports.flatMap((report) => report.files);
  const names = new Set<string>();
  for (const { file } of files) {
    if (names.has(file))
      return {
        problem: `two of the reports are about ${file}`,
        suggestion: 'merge the shards of one run (check --shard I/N), or runs about different files',
      };
    names.add(file);
  }
  return files;
}

function filesOfShards(reports: readonly CheckReport[]): readonly CheckedFile[] | NoWhole {
  const beyond = reports.find(({ shard }) => shard && shard.index > shard.count)?.shard;
  if (beyond)
    return {
      problem: `there is no shard ${beyond.index}/${beyond.count}`,
      suggestion: 'write the reports with check --shard I/N',
    };
  const count = Math.max(...reports.map(({ shard }) => shard?.count ?? 0));
  // Of more shards than there are reports, one of the first is missing.
  const shards = Array.from({ length: Math.min(count, reports.length + 1) }, (_, i) =>
    reports.filter(({ shard }) => shard?.index === i + 1 && shard.count === count),
  );
  const missing = shards.findIndex((found) => found.length === 0);
  if (missing >= 0)
    return {
      problem: `shard ${missing + 1}/${count} is missing`,
      suggestion: 'give the reports of all shards',
    };
  if (reports.length > count)
    return {
      problem: `there are ${reports.length} reports for ${count} shards`,
      suggestion: 'give the report of each shard once, and no other',
    };
  const parts = shards.map(([shard]) => shard!.files);
  const [first = []] = parts;
  if (parts.some((files) => namesOf(files) !== namesOf(first)))
    return {
      problem: 'the shards are not about the same files',
      suggestion: 'run all of them on the same files',
    };
  return dealtBack(parts, first);
}

const namesOf = (files: readonly CheckedFile[]): string => JSON.stringify(files.map(({ file }) => file));

/** Expectations were dealt to the shards one by one, through all files. */
function dealtBack(
  parts: readonly (readonly CheckedFile[])[],
  files: readonly CheckedFile[],
): readonly CheckedFile[] | NoWhole {
  let dealt = 0;
  const whole: CheckedFile[] = [];
  for (const [i, file] of files.entries()) {
    const hands = parts.map((part) => [...part[i]!.expectations].toReversed());
    const expectations: ExpectationFact[] = [];
    while (hands.some((hand) => hand.length > 0)) {
      const due = hands[dealt++ % hands.length]!.pop();
      if (!due)
        return {
          problem: 'the shards are not of one selection',
          suggestion: 'run all of them with the same --only and --grep',
        };
      expectations.push(due);
    }
    whole.push({ ...file, expectations });
  }
  return whole;
}

/** With as many whole walks as one run keeps. */
function trimmed(files: readonly CheckedFile[]): readonly CheckedFile[] {
  const keeps = keeping();
  const withRoom = (failure: FailureFact): FailureFact => {
    if (!failure.walk || keeps()) return failure;
    const { walk: _, ...rest } = failure;
    return rest;
  };
  return files.map((file) => ({
    ...file,
    expectations: file.expectations.map((one) => ({ ...one, failures: one.failures.map(withRoom) })),
  }));
}
