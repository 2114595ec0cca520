/** `nettrace check`: what is wrong with topology files, and whether what they expect holds. */
import { checkExpectation, type CheckContext } from '../analyze/check.ts';
import { checkReport, keeping } from '../analyze/check-report.ts';
import type { CheckedFile, CheckReport, RuleFact } from '../report/check.ts';
import { CLAIMS, type ClaimCode } from '../report/claim.ts';
import { DIAGNOSTICS, type DiagnosticCode } from '../source/diagnostic.ts';
import { readBaseline, type Baseline } from './check/baseline.ts';
import { filesOf } from './check/files.ts';
import { Inputs, type Input } from './check/input.ts';
import { progress } from './check/progress.ts';
import type { ReporterChoice } from './check/reporter-options.ts';
import { conclude, readReporters } from './check/reporters.ts';
import { select, type Selection, type SelectionOptions } from './check/selection.ts';
import type { ColorWhen } from './paint.ts';

export interface CheckOptions extends SelectionOptions {
  readonly baseline?: string;
  readonly quiet?: boolean;
  readonly color: ColorWhen;
}

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
  conclude(report, reporters, options.color);
}

function walkAll(selection: Selection, baseline: Baseline, isQuiet: boolean): CheckReport {
  const { inputs } = selection;
  const total = inputs.reduce((sum, { expectations }) => sum + expectations.length, 0);
  const advance = progress(total, isQuiet);
  const room = keeping();
  const files = inputs.map((input) => checkedFile(input, selection, baseline, room, advance));
  advance('end');
  return checkReport(files, baseline.stale(selection.isSettled), ruleOf, selection.shard);
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
