/** The report of a check, from what was found in each of its files. */
import type {
  CheckCounts,
  CheckedFile,
  CheckReport,
  ExpectationFact,
  KnownViolation,
  RuleFact,
  ShardFact,
} from '../report/check.ts';

export function checkReport(
  files: readonly CheckedFile[],
  stale: readonly KnownViolation[],
  ruleOf: (code: string) => RuleFact,
  shard?: ShardFact,
): CheckReport {
  const counts = countsOf(files);
  return {
    version: 1,
    command: 'check',
    outcome: outcomeOf(counts),
    counts,
    ...(shard && { shard }),
    files,
    stale: stale.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    rules: codesOf(files).map(ruleOf),
  };
}

/** Whole walks that a report keeps: what a reader looks at, and no more than memory bears. */
const MOST_WALKS = 100;

/** Says of each walk in turn whether there is room for it. */
export function keeping(): () => boolean {
  let kept = 0;
  return () => kept++ < MOST_WALKS;
}

const keyOf = ({ file, expectation, code, flow }: KnownViolation): string =>
  [file, expectation, code, flow].join('\n');

function countsOf(files: readonly CheckedFile[]): CheckCounts {
  const diagnostics = files.flatMap((file) => file.diagnostics);
  const expectations = files.flatMap((file) => file.expectations);
  const count = (isCounted: (one: ExpectationFact) => boolean): number =>
    expectations.filter(isCounted).length;
  const isNew = ({ outcome }: ExpectationFact): boolean => outcome === 'failed' || outcome === 'unknown';
  return {
    files: files.length,
    errors: diagnostics.filter(({ severity }) => severity === 'error').length,
    warnings: diagnostics.filter(({ severity }) => severity === 'warning').length,
    expectations: expectations.length,
    flows: expectations.reduce((sum, { flows }) => sum + flows, 0),
    held: count(({ outcome }) => outcome === 'held'),
    failed: count(({ outcome, severity }) => outcome === 'failed' && severity === 'error'),
    warned: count((one) => isNew(one) && one.severity === 'warning'),
    known: count(({ outcome }) => outcome === 'known'),
    unknown: count(({ outcome, severity }) => outcome === 'unknown' && severity === 'error'),
  };
}

function outcomeOf({ errors, failed, unknown }: CheckCounts): CheckReport['outcome'] {
  if (errors > 0) return 'invalid';
  if (failed > 0) return 'failed';
  return unknown > 0 ? 'unknown' : 'held';
}

/** Codes of diagnostics and violations, each once, in order. */
const codesOf = (files: readonly CheckedFile[]): readonly string[] => {
  const codes = files.flatMap(({ diagnostics, expectations }) => [
    ...diagnostics.map(({ code }) => code),
    ...expectations.flatMap(({ failures }) =>
      failures.flatMap(({ violations }) => violations.map(({ code }) => code as string)),
    ),
  ]);
  return [...new Set(codes)].toSorted();
};
