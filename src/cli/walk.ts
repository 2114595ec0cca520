/** `nettrace walk`: one flow, or a batch of them. */
import { branchesOf } from '../analyze/branches.ts';
import { foldBranches } from '../analyze/fold-branches.ts';
import { foldTrace } from '../analyze/fold-trace.ts';
import { originOf, trace, type NoOrigin, type Question, type Trace } from '../analyze/trace.ts';
import { renderBranches } from '../render/branches.ts';
import { renderCapture } from '../render/capture.ts';
import { renderJson } from '../render/json.ts';
import { renderMinimal } from '../render/minimal.ts';
import { renderText } from '../render/text.ts';
import type { WalkReport } from '../report/report.ts';
import { SessionStore } from '../walk/session.ts';
import { printable } from '../source/printable.ts';
import type { Topology } from '../topology/topology.ts';
import { eachFlow } from './batch.ts';
import { readFlow, type FlowText } from './flow.ts';
import { load, unknownName, type Loaded } from './load.ts';
import { readPicks } from './pick.ts';
import { paintFor } from './paint.ts';
import { STATUS, UsageError } from './usage.ts';
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
  const report = ask(options, options.in, options, picks, loaded, new SessionStore());
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

const ask = (
  flow: FlowText,
  at: string | undefined,
  options: WalkOptions,
  picks: Question['picks'],
  loaded: Loaded,
  store: SessionStore,
): WalkReport => answer(question(flow, at, options, picks, loaded.topology), loaded, store);

interface Asked {
  readonly question: Question;
  readonly isSportChosen: boolean;
  /** How many branches are walked at most; undefined walks the usual one alone. */
  readonly most: number | undefined;
}

function question(
  text: FlowText,
  at: string | undefined,
  options: WalkOptions,
  picks: Question['picks'],
  topology: Topology,
): Asked {
  const { packet, from, to, isSportChosen } = readFlow(text, topology);
  const asked: Question = {
    packet,
    from,
    to,
    picks,
    in: at === undefined ? undefined : readPort(at, topology),
    noReturn: !options.return,
    handshake: options.handshake === true,
  };
  known(originOf(topology, asked));
  const most = options.allPaths === true ? readMost(options.mostBranches) : undefined;
  return { question: asked, isSportChosen, most };
}

function known<T extends object>(found: T | NoOrigin): T {
  if ('problem' in found) throw new UsageError(found.problem, found.suggestion);
  return found;
}

const MOST_BRANCHES = { usual: 1024, limit: 10_000 };

function readMost(text: string | undefined): number {
  const most = text === undefined ? MOST_BRANCHES.usual : Number(text);
  if (Number.isInteger(most) && most >= 1 && most <= MOST_BRANCHES.limit) return most;
  throw new UsageError(
    `--most-branches ${printable(text ?? '')} is not a number from 1 to ${MOST_BRANCHES.limit}`,
    `such as --most-branches ${MOST_BRANCHES.usual}, which is the default`,
  );
}

function answer(
  { question: asked, isSportChosen, most }: Asked,
  { topology, locate }: Loaded,
  store: SessionStore,
): WalkReport {
  const chosen: Trace['supposed'] = isSportChosen
    ? [{ code: 'source-port', about: String(asked.packet.sport) }]
    : [];
  const context = { topology: { name: topology.name, file: topology.file }, locate };
  if (most !== undefined) return foldBranches(known(branchesOf(topology, asked, most)), chosen, context);
  const traced = known(trace(topology, asked, store));
  return foldTrace({ ...traced, supposed: [...chosen, ...traced.supposed] }, context);
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
      return (report.branches ? renderBranches : renderText)(report, {
        detail: Math.min(options.verbose, 2) as 0 | 1 | 2,
        paint: paintFor(options.color),
      });
    default:
      return format satisfies never;
  }
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

/** Injection at NODE/PORT, as the wire would deliver it. */
function readPort(text: string, topology: Topology): NonNullable<Question['in']> {
  const [name = '', ...rest] = text.split('/');
  const port = rest.join('/');
  const node = topology.declared.nodes.get(name);
  if (!node)
    throw unknownName(
      '--in',
      name,
      [...topology.declared.nodes].filter(([, one]) => one.ports.length > 0).map(([one]) => one),
      'node',
    );
  if (node.ports.length === 0)
    throw new UsageError(`--in: ${name} has no port to inject at`, 'inject at a machine or edge router');
  if (!node.ports.includes(port))
    throw unknownName(
      '--in',
      text,
      node.ports.map((one) => `${name}/${one}`),
      'port',
    );
  return { node: name, port };
}

function statusOf({ verdict }: WalkReport): number {
  if (verdict === 'delivered') return STATUS.good;
  return verdict === 'unknown' ? STATUS.unknown : STATUS.bad;
}
