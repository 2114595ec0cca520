/** `nettrace walk`: one flow. */
import { renderBranches } from '../render/branches.ts';
import { renderCapture } from '../render/capture.ts';
import { renderFailures } from '../render/failures.ts';
import { renderJson } from '../render/json.ts';
import { renderMinimal } from '../render/minimal.ts';
import { renderText } from '../render/text.ts';
import type { WalkReport } from '../report/report.ts';
import { SessionStore } from '../walk/session.ts';
import type { Topology } from '../topology/topology.ts';
import { advised, answer, readAsked, statusOf } from './answer.ts';
import { load, unknownName, type Loaded } from './load.ts';
import { paintFor } from './paint.ts';
import { progress } from './progress.ts';
import { checkTogether, type WalkOptions } from './walk-options.ts';
import { write } from './write.ts';

/** Runs the command; what it finds is written and becomes the exit status. Its packets are written by who has the report. */
export function walkCommand(options: WalkOptions): WalkReport | undefined {
  checkTogether(options);
  const loaded = load(options);
  if (!loaded) return undefined;
  const asked = readAsked(options, options.in, options, loaded);
  const advance = progress(undefined, 'branches', options);
  const report = answer(asked, loaded, new SessionStore(), () => advance());
  advance('end');
  return tellWalk(isRead(options) ? advised(report, asked, loaded) : report, options, loaded);
}

/** Whether what is written has room for what would help. */
const isRead = ({ format, capture: at }: WalkOptions): boolean =>
  (format === 'text' || format === 'json') && at === undefined;

/** Writes a report, which becomes the exit status. */
export function tellWalk(report: WalkReport, options: WalkOptions, { topology }: Loaded): WalkReport {
  if (options.format !== 'pcapng') write(options.output, render(report, options.format, options, topology));
  process.exitCode = statusOf(report);
  return report;
}

function render(
  report: WalkReport,
  format: Exclude<WalkOptions['format'], 'pcapng'>,
  options: WalkOptions,
  topology: Topology,
): string {
  if (options.capture !== undefined) return capture(report, options.capture, topology);
  switch (format) {
    case 'json':
      return renderJson(report, {});
    case 'minimal':
      return renderMinimal(report);
    case 'text':
      return rendererOf(report)(report, {
        detail: Math.min(options.verbose, 2) as 0 | 1 | 2,
        paint: paintFor(options.color),
      });
    default:
      return format satisfies never;
  }
}

function rendererOf({ branches, failures }: WalkReport): typeof renderText {
  if (failures) return renderFailures;
  return branches ? renderBranches : renderText;
}

function capture(report: WalkReport, at: string, topology: Topology): string {
  const [node = '', port = ''] = at.split('/', 2);
  const { text, interfaces } = renderCapture(report, { node, port });
  if (text === undefined && !interfaces.includes(at)) {
    const known = topology.declared.nodes.get(node);
    if (!known?.ports.includes(port)) throw unknownName('--capture', at, interfaces, 'interface on the way');
    process.stderr.write(`nettrace: no packet of this walk passed ${at}\n`);
  }
  return text ?? '';
}
