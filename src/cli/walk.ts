/** `nettrace walk`: one flow, or a batch of them. */
import type { Asked } from '../analyze/check.ts';
import type { Question } from '../analyze/trace.ts';
import { renderBranches } from '../render/branches.ts';
import { renderCapture } from '../render/capture.ts';
import { renderFailures } from '../render/failures.ts';
import { renderJson } from '../render/json.ts';
import { renderMinimal } from '../render/minimal.ts';
import { renderText } from '../render/text.ts';
import type { WalkReport } from '../report/report.ts';
import { SessionStore } from '../walk/session.ts';
import type { Topology } from '../topology/topology.ts';
import { advised, answer, readReach, type Reach } from './answer.ts';
import { eachFlow } from './batch.ts';
import type { FlowText } from './flow.ts';
import { load, unknownName, type Loaded } from './load.ts';
import { readPicks } from './pick.ts';
import { paintFor } from './paint.ts';
import { readQuestion } from './question.ts';
import { STATUS } from './usage.ts';
import { checkTogether, type WalkOptions } from './walk-options.ts';
import { write, writing } from './write.ts';

/** Runs the command; what it finds is written and becomes the exit status. Its packets are written by who has the report. */
export function walkCommand(options: WalkOptions): WalkReport | undefined {
  checkTogether(options);
  const loaded = load(options);
  if (!loaded) return undefined;
  const picks = readPicks(options.pick ?? [], loaded.topology);
  if (options.batch !== undefined) {
    walkBatch(options.batch, options, picks, loaded);
    return undefined;
  }
  const asked = question(options, options.in, options, picks, loaded.topology);
  const report = advised(answer(asked, loaded, new SessionStore()), asked, loaded);
  if (options.format !== 'pcapng')
    write(options.output, render(report, options.format, options, loaded.topology));
  process.exitCode = statusOf(report);
  return report;
}

/** One report a line, in the order of the flows; the worst of them is the exit status. */
function walkBatch(file: string, options: WalkOptions, picks: Question['picks'], loaded: Loaded): void {
  let store = new SessionStore();
  let worst: number = STATUS.good;
  writing(options.output, (add) =>
    eachFlow(
      file,
      (place, flow) => question(flow, place, options, picks, loaded.topology),
      (asked) => {
        if (options.keepState !== true) store = new SessionStore();
        const report = answer(asked, loaded, store);
        worst = Math.max(worst, statusOf(report));
        add(options.format === 'minimal' ? renderMinimal(report) : renderJson(report, { compact: true }));
      },
    ),
  );
  process.exitCode = worst;
}

const question = (
  text: FlowText,
  at: string | undefined,
  options: WalkOptions,
  picks: Question['picks'],
  topology: Topology,
): Asked & Reach => ({ ...readQuestion(text, at, options, picks, topology), ...readReach(options) });

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

function statusOf({ verdict }: WalkReport): number {
  if (verdict === 'delivered') return STATUS.good;
  return verdict === 'unknown' ? STATUS.unknown : STATUS.bad;
}
