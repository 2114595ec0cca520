/** One run of a check: its files are read, their expectations walked, their topologies linted; what is kept of an earlier run is not done again. */
import { checkExpectation, type CheckContext } from '../../analyze/check.ts';
import { checkReport, keeping, type Checked } from '../../analyze/check-report.ts';
import type { CheckedFile, CheckReport, RuleFact } from '../../report/check.ts';
import { CLAIMS, type ClaimCode } from '../../report/claim.ts';
import { DIAGNOSTICS, type DiagnosticCode } from '../../source/diagnostic.ts';
import { readBaseline, type Baseline } from './baseline.ts';
import { filesOf } from './files.ts';
import { Inputs, type Input } from './input.ts';
import { linter, lintRule } from './linting.ts';
import { progress } from '../progress.ts';
import { select, type Selection, type SelectionOptions } from './selection.ts';

export interface RunOptions extends SelectionOptions {
  readonly baseline?: string;
  readonly lint?: boolean;
  readonly quiet?: boolean;
}

export interface Asked {
  readonly command: CheckReport['command'];
  /** Files and directories. */
  readonly names: readonly string[];
  readonly options: RunOptions;
  readonly maxWarnings: number | null;
}

/** A file as it was read, and what was found in it. */
export interface Done {
  readonly input: Input;
  readonly checked: CheckedFile;
}

export interface Run {
  readonly report: CheckReport;
  /** By file. */
  readonly done: ReadonlyMap<string, Done>;
}

const NOTHING: ReadonlyMap<string, Done> = new Map();

/** `kept` are the files of an earlier run that nothing has touched since. */
export function runCheck({ command, names, options, maxWarnings }: Asked, kept = NOTHING): Run {
  const baseline = readBaseline(options.baseline);
  const inputs = new Inputs();
  const read = filesOf(names).map((file) => kept.get(file)?.input ?? inputs.read(file));
  const selection = select(
    command,
    command === 'check' ? read : read.map((one) => ({ ...one, expectations: [] })),
    options,
  );
  const checked = walkAll(selection, baseline, options, kept);
  const done = checked.files.map((file, i): [string, Done] => [
    file.file,
    { input: read[i]!, checked: file },
  ]);
  return {
    report: checkReport({ command, maxWarnings, ...checked }, ruleOf, selection.shard),
    done: new Map(done),
  };
}

function walkAll(
  selection: Selection,
  baseline: Baseline,
  { quiet, lint = true }: RunOptions,
  kept: ReadonlyMap<string, Done>,
): Omit<Checked, 'command' | 'maxWarnings'> {
  const { inputs } = selection;
  const total = inputs
    .filter(({ file }) => !kept.has(file))
    .reduce((sum, { expectations }) => sum + expectations.length, 0);
  const advance = progress(total, 'expectations', { quiet });
  const room = keeping();
  const isAsked = lint ? selection.isLinted : () => false;
  const findingsOf = linter(inputs, isAsked, baseline);
  const files = inputs.map(
    (input) =>
      kept.get(input.file)?.checked ?? {
        ...checkedFile(input, selection, baseline, room, advance),
        findings: lint && selection.isLinting && input.network ? findingsOf(input.file, input.network) : null,
      },
  );
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
