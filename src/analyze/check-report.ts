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
import type { FindingFact, KnownFinding } from '../report/lint.ts';

export interface Checked {
  readonly command: CheckReport['command'];
  readonly files: readonly CheckedFile[];
  readonly stale: readonly KnownViolation[];
  readonly staleFindings: readonly KnownFinding[];
  readonly maxWarnings: number | null;
}

export function checkReport(
  { command, files, stale, staleFindings, maxWarnings }: Checked,
  ruleOf: (code: string) => RuleFact,
  shard?: ShardFact,
): CheckReport {
  const counts = countsOf(files);
  return {
    version: 1,
    command,
    outcome: outcomeOf(counts, maxWarnings),
    counts,
    ...(shard && { shard }),
    files,
    maxWarnings,
    stale: stale.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    staleFindings,
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
  const findings = files.flatMap((file) => file.findings ?? []);
  const found = (severity: FindingFact['severity']): number =>
    findings.filter((one) => one.outcome === 'found' && one.severity === severity).length;
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
    lintErrors: found('error'),
    lintWarnings: found('warning'),
    suppressed: findings.filter(({ outcome }) => outcome === 'off').length,
  };
}

function outcomeOf(
  { errors, failed, unknown, lintErrors, lintWarnings }: CheckCounts,
  maxWarnings: number | null,
): CheckReport['outcome'] {
  if (errors > 0) return 'invalid';
  if (failed > 0 || lintErrors > 0 || lintWarnings > (maxWarnings ?? Infinity)) return 'failed';
  return unknown > 0 ? 'unknown' : 'held';
}

/** Codes of diagnostics, findings and violations, each once, in order. */
const codesOf = (files: readonly CheckedFile[]): readonly string[] => {
  const codes = files.flatMap(({ diagnostics, findings, expectations }) => [
    ...diagnostics.map(({ code }) => code),
    ...(findings ?? []).map(({ code }) => code as string),
    ...expectations.flatMap(({ failures }) =>
      failures.flatMap(({ violations }) => violations.map(({ code }) => code as string)),
    ),
  ]);
  return [...new Set(codes)].toSorted();
};
