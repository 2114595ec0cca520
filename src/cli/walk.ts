/** `nettrace walk`: one flow, or a batch of them. */
import { originOf, trace, type Question, type Trace } from '../analyze/trace.ts';
import { foldTrace } from '../analyze/fold-trace.ts';
import { renderCapture } from '../render/capture.ts';
import { renderJson } from '../render/json.ts';
import { renderMinimal } from '../render/minimal.ts';
import { renderText } from '../render/text.ts';
import type { WalkReport } from '../report/report.ts';
import { printable } from '../source/printable.ts';
import { isNamed } from '../walk/concrete.ts';
import { SessionStore } from '../walk/session.ts';
import type { Topology } from '../topology/topology.ts';
import { eachFlow } from './batch.ts';
import { readFlow, type FlowText } from './flow.ts';
import { load, unknownName, type Loaded } from './load.ts';
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
  const origin = originOf(topology, asked);
  if ('problem' in origin) throw new UsageError(origin.problem, origin.suggestion);
  return { question: asked, isSportChosen };
}

function answer(
  { question: asked, isSportChosen }: Asked,
  { topology, locate }: Loaded,
  store: SessionStore,
): WalkReport {
  const traced = trace(topology, asked, store);
  if ('problem' in traced) throw new UsageError(traced.problem, traced.suggestion);
  const supposed: Trace['supposed'] = [
    ...(isSportChosen ? [{ code: 'source-port', about: String(asked.packet.sport) } as const] : []),
    ...traced.supposed,
  ];
  return foldTrace(
    { ...traced, supposed },
    { topology: { name: topology.name, file: topology.file }, locate },
  );
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
      return renderText(report, {
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

function readPicks(texts: readonly string[], topology: Topology): Question['picks'] {
  const picks = new Map<string, string>();
  for (const text of texts) {
    const [node, member] = readPick(text, topology);
    const earlier = picks.get(node);
    if (earlier !== undefined && earlier !== member)
      throw new UsageError(
        `--pick ${printable(text)}: ${earlier} is picked of ${node} already`,
        'pick one member of a node',
      );
    picks.set(node, member);
  }
  return picks;
}

function readPick(text: string, topology: Topology): readonly [node: string, member: string] {
  const [node = '', ...rest] = text.split('=');
  const member = rest.join('=');
  if (rest.length === 0)
    throw new UsageError(
      `--pick ${printable(text)} is not of the form NODE=MEMBER or NODE:CHOICE=OPTION`,
      'such as --pick ilb-hub=nva2 or --pick nva1:filter/FORWARD/3=match',
    );
  if (node.includes(':')) {
    checkChoice(node, member, topology);
    return [node, member];
  }
  const members = topology.declared.nodes.get(node)?.members ?? [];
  if (members.length === 0) {
    const choosers = [...topology.declared.nodes].filter(([, one]) => one.members.length > 0);
    throw unknownName(
      '--pick',
      node,
      choosers.map(([name]) => name),
      'load balancer',
    );
  }
  if (!members.some((name) => isNamed(name, member)))
    throw unknownName('--pick', member, members, `member of ${node}`);
  return [node, member];
}

/** `nva1:filter/FORWARD/3` and what is picked there: a rule of a machine that a packet alone does not decide. */
function checkChoice(text: string, option: string, topology: Topology): void {
  const [node = ''] = text.split(':', 1);
  const choices = topology.declared.nodes.get(node)?.choices ?? new Map<string, readonly string[]>();
  const options = choices.get(text.slice(node.length + 1));
  if (!options) {
    const known = [...topology.declared.nodes].flatMap(([name, one]) =>
      [...(one.choices?.keys() ?? [])].map((choice) => `${name}:${choice}`),
    );
    throw unknownName('--pick', text, known, 'rule that is a choice');
  }
  if (!options.includes(option)) throw unknownName('--pick', option, options, `option of ${text}`);
}

function statusOf({ verdict }: WalkReport): number {
  if (verdict === 'delivered') return STATUS.good;
  return verdict === 'unknown' ? STATUS.unknown : STATUS.bad;
}
