/** `nettrace check` and `nettrace lint`: what is wrong with topology files, and whether what they expect holds. */
import { checkExpectation, type CheckContext } from '../analyze/check.ts';
import { checkReport, keeping, type Checked } from '../analyze/check-report.ts';
import type { CheckedFile, CheckReport, RuleFact } from '../report/check.ts';
import { CLAIMS, type ClaimCode } from '../report/claim.ts';
import { DIAGNOSTICS, type DiagnosticCode } from '../source/diagnostic.ts';
import { readBaseline, type Baseline } from './check/baseline.ts';
import { filesOf } from './check/files.ts';
import { Inputs, type Input } from './check/input.ts';
import { linter, lintRule } from './check/linting.ts';
import type { ReporterChoice } from './check/reporter-options.ts';
import { conclude, readReporters } from './check/reporters.ts';
import { select, type Selection, type SelectionOptions } from './check/selection.ts';
import type { ColorWhen } from './paint.ts';
import { progress } from './progress.ts';
import { printable } from '../source/printable.ts';
import { UsageError } from './usage.ts';

export interface CheckOptions extends SelectionOptions {
  readonly baseline?: string;
  readonly lint?: boolean;
  readonly maxWarnings?: string;
  readonly quiet?: boolean;
  readonly color: ColorWhen;
}

export function checkCommand(
  names: readonly string[],
  options: CheckOptions,
  chosen: readonly ReporterChoice[],
  command: CheckReport['command'] = 'check',
): void {
  const reporters = readReporters(chosen);
  const baseline = readBaseline(options.baseline);
  const maxWarnings = readMaxWarnings(options.maxWarnings);
  const inputs = new Inputs();
  const read = filesOf(names).map((file) => inputs.read(file));
  const selection = select(
    command === 'check' ? read : read.map((one) => ({ ...one, expectations: [] })),
    options,
  );
  const checked = walkAll(selection, baseline, options);
  const report = checkReport({ command, maxWarnings, ...checked }, ruleOf, selection.shard);
  conclude(report, reporters, options.color);
}

function readMaxWarnings(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new UsageError(`--max-warnings: "${printable(text)}" is no number`, 'such as --max-warnings 0');
}

function walkAll(
  selection: Selection,
  baseline: Baseline,
  { quiet, lint = true }: CheckOptions,
): Omit<Checked, 'command' | 'maxWarnings'> {
  const { inputs } = selection;
  const total = inputs.reduce((sum, { expectations }) => sum + expectations.length, 0);
  const advance = progress(total, 'expectations', { quiet });
  const room = keeping();
  const isAsked = lint ? selection.isLinted : () => false;
  const findingsOf = linter(inputs, isAsked, baseline);
  const files = inputs.map((input) => ({
    ...checkedFile(input, selection, baseline, room, advance),
    findings: lint && selection.isLinting && input.network ? findingsOf(input.file, input.network) : null,
  }));
  advance('end');
  const linted = new Set(files.flatMap(({ file, findings }) => (findings ? [file] : [])));
  return {
    files,
    stale: baseline.stale(selection.isSettled),
    staleFindings: baseline.staleFindings(({ file, code }) => linted.has(file) && isAsked(code)),
  };
}

function checkedFile(
  { file, network, expectations, claimedAt, diagnostics }: Input,
  { isJudged }: Selection,
  { isKnown }: Baseline,
  keepsWalk: () => boolean,
  advance: () => void,
): Omit<CheckedFile, 'findings'> {
  const base = { file, diagnostics };
  if (!network) return { ...base, topology: null, expectations: [] };
  const context: CheckContext = { file, claimedAt, isJudged, isKnown, keepsWalk };
  const { name, file: from } = network.topology;
  return {
    ...base,
    topology: { name, file: from },
    expectations: expectations.map((one) => {
      const fact = checkExpectation(one, context);
      advance();
      return fact;
    }),
  };
}

function ruleOf(code: string): RuleFact {
  const rule = lintRule(code);
  if (rule) return rule;
  if (Object.hasOwn(CLAIMS, code)) {
    const { summary, condition } = CLAIMS[code as ClaimCode];
    return { code, summary, condition };
  }
  const { summary, condition } = DIAGNOSTICS[code as DiagnosticCode];
  return { code, summary, condition };
}
