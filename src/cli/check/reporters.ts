/** `--reporter NAME --output-file FILE`: what a check is told as, and where. */
import type { CheckReport } from '../../report/check.ts';
import { renderBaseline } from '../../render/check/baseline.ts';
import { renderGithub } from '../../render/check/github.ts';
import { renderJunit } from '../../render/check/junit.ts';
import { renderSarif } from '../../render/check/sarif.ts';
import { renderSpec } from '../../render/check/spec.ts';
import { renderTap } from '../../render/check/tap.ts';
import { renderJson } from '../../render/json.ts';
import { printable } from '../../source/printable.ts';
import { unknownName } from '../load.ts';
import { paintFor, type ColorWhen } from '../paint.ts';
import { STATUS, UsageError } from '../usage.ts';
import type { ReporterChoice } from './reporter-options.ts';
import { write } from '../write.ts';

/** With colour only where it is for a terminal. */
type Render = (report: CheckReport, color: ColorWhen) => string;

const REPORTERS: Readonly<Record<string, Render>> = {
  spec: (report, color) => renderSpec(report, paintFor(color)),
  tap: renderTap,
  junit: renderJunit,
  sarif: renderSarif,
  github: renderGithub,
  json: (report) => renderJson(report, {}),
  baseline: renderBaseline,
};

export const REPORTER_NAMES = Object.keys(REPORTERS);

interface Reporter {
  readonly name: string;
  /** Undefined is standard output. */
  readonly file: string | undefined;
  readonly render: Render;
}

/** The reporters that were chosen; throws a usage error for what cannot be done. */
export function readReporters(chosen: readonly ReporterChoice[]): readonly Reporter[] {
  const all = chosen.length > 0 ? chosen : [{ name: 'spec', file: undefined }];
  const reporters = all.map(({ name, file }) => readReporter(name, file === '-' ? undefined : file));
  const [first, second] = reporters.filter((one) => one.file === undefined && one.name !== 'github');
  const hasLines = reporters.some((one) => one.file === undefined && one.name === 'github');
  // Annotations may stand among other lines.
  const clash = second ?? (hasLines && first?.name !== 'spec' ? first : undefined);
  if (clash)
    throw new UsageError(
      `--reporter ${clash.name} cannot share standard output`,
      `give it a file: --reporter ${clash.name} --output-file FILE`,
    );
  return reporters;
}

function readReporter(name: string | undefined, file: string | undefined): Reporter {
  if (name === undefined)
    throw new UsageError(
      `--output-file ${printable(file ?? '-')} belongs to no --reporter`,
      'give it right behind the --reporter that it is for',
    );
  if (!Object.hasOwn(REPORTERS, name)) throw unknownName('--reporter', name, REPORTER_NAMES, 'reporter');
  return { name, file, render: REPORTERS[name]! };
}

const STATUS_OF: Readonly<Record<CheckReport['outcome'], number>> = {
  held: STATUS.good,
  failed: STATUS.bad,
  invalid: STATUS.usage,
  unknown: STATUS.unknown,
};

/** Tells a report to all of them and ends with its status. */
export function conclude(report: CheckReport, reporters: readonly Reporter[], color: ColorWhen): void {
  for (const { file, render } of reporters)
    write(file, render(report, file !== undefined && color === 'auto' ? 'never' : color));
  process.exitCode = STATUS_OF[report.outcome];
}
