/** `nettrace check`: what is wrong with topology files, and whether what they expect holds. */
import { checkExpectation, type CheckContext } from '../analyze/check.ts';
import { checkReport } from '../analyze/check-report.ts';
import type { CheckedFile, CheckReport, RuleFact } from '../report/check.ts';
import { CLAIMS, type ClaimCode } from '../report/claim.ts';
import { DIAGNOSTICS, type DiagnosticCode } from '../source/diagnostic.ts';
import { readBaseline, type Baseline } from './check/baseline.ts';
import { filesOf } from './check/files.ts';
import { Inputs, type Input } from './check/input.ts';
import { progress } from './check/progress.ts';
import type { ReporterChoice } from './check/reporter-options.ts';
import { readReporters, tell } from './check/reporters.ts';
import { select, type Selection, type SelectionOptions } from './check/selection.ts';
import type { ColorWhen } from './paint.ts';
import { STATUS } from './usage.ts';

export interface CheckOptions extends SelectionOptions {
  readonly baseline?: string;
  readonly quiet?: boolean;
  readonly color: ColorWhen;
}

const STATUS_OF: Readonly<Record<CheckReport['outcome'], number>> = {
  held: STATUS.good,
  failed: STATUS.bad,
  invalid: STATUS.usage,
  unknown: STATUS.unknown,
};

export function checkCommand(
  names: readonly string[],
  options: CheckOptions,
  chosen: readonly ReporterChoice[],
): void {
  const reporters = readReporters(chosen);
  const baseline = readBaseline(options.baseline);
  const inputs = new Inputs();
  const selection = select(
    filesOf(names).map((file) => inputs.read(file)),
    options,
  );
  const report = walkAll(selection, baseline, options.quiet === true);
  tell(report, reporters, options.color);
  process.exitCode = STATUS_OF[report.outcome];
}

function walkAll(selection: Selection, baseline: Baseline, isQuiet: boolean): CheckReport {
  const { inputs, isWhole } = selection;
  const total = inputs.reduce((sum, { expectations }) => sum + expectations.length, 0);
  const advance = progress(total, isQuiet);
  const room = keeping(MOST_WALKS);
  const files = inputs.map((input) => checkedFile(input, selection, baseline, room, advance));
  advance('end');
  const walked = new Set(
    files.flatMap(({ file, expectations }) => expectations.map(({ name }) => `${file} ${name}`)),
  );
  const checked = new Set(files.map(({ file }) => file));
  const stale = baseline.stale(({ file, expectation, code }) =>
    isWhole ? checked.has(file) : selection.isJudged(code) && walked.has(`${file} ${expectation}`),
  );
  return checkReport(files, stale, ruleOf);
}

/** Whole walks that a report keeps: what a reader looks at, and no more than memory bears. */
const MOST_WALKS = 100;

function keeping(most: number): () => boolean {
  let kept = 0;
  return () => kept++ < most;
}

function checkedFile(
  { file, network, expectations, claimedAt, diagnostics }: Input,
  { isJudged }: Selection,
  { isKnown }: Baseline,
  keepsWalk: () => boolean,
  advance: () => void,
): CheckedFile {
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
  if (Object.hasOwn(CLAIMS, code)) {
    const { summary, condition } = CLAIMS[code as ClaimCode];
    return { code, summary, condition };
  }
  const { summary, condition } = DIAGNOSTICS[code as DiagnosticCode];
  return { code, summary, condition };
}
