/** `nettrace walk`: one flow, or a batch of them. */
import { trace, type Question, type Trace } from '../analyze/trace.ts';
import { foldTrace } from '../analyze/fold-trace.ts';
import { renderCapture } from '../render/capture.ts';
import { renderJson } from '../render/json.ts';
import { renderMinimal } from '../render/minimal.ts';
import { renderText } from '../render/text.ts';
import type { WalkReport } from '../report/report.ts';
import { isNamed } from '../walk/concrete.ts';
import { SessionStore } from '../walk/session.ts';
import type { Topology } from '../topology/topology.ts';
import { readBatch } from './batch.ts';
import { readFlow, type FlowText } from './flow.ts';
import { load, unknownName, type Loaded, type LoadOptions } from './load.ts';
import { paintFor, type ColorWhen } from './paint.ts';
import { STATUS, UsageError } from './usage.ts';
import { write } from './write.ts';

export interface WalkOptions extends LoadOptions {
  readonly src?: string;
  readonly dst?: string;
  readonly proto?: string;
  readonly sport?: string;
  readonly ttl?: string;
  readonly flags?: string;
  readonly in?: string;
  readonly pick?: readonly string[];
  readonly return: boolean;
  readonly handshake?: boolean;
  readonly format: 'text' | 'json' | 'minimal';
  readonly output?: string;
  readonly verbose: number;
  readonly color: ColorWhen;
  readonly capture?: string;
  readonly batch?: string;
  readonly keepState?: boolean;
}

/** Runs the command; what it finds is written and becomes the exit status. */
export function walkCommand(options: WalkOptions): void {
  if (options.batch === undefined && options.keepState === true)
    throw new UsageError('--keep-state goes with --batch');
  const loaded = load(options);
  if (!loaded) return;
  const picks = readPicks(options.pick ?? [], loaded.topology);
  if (options.batch !== undefined) {
    walkBatch(options.batch, options, picks, loaded);
    return;
  }
  const report = ask(options, options.in, options, picks, loaded, new SessionStore());
  write(options.output, render(report, options, loaded.topology));
  process.exitCode = statusOf(report);
}

/** One report a line, in the order of the flows; the worst of them is the exit status. */
function walkBatch(file: string, options: WalkOptions, picks: Question['picks'], loaded: Loaded): void {
  for (const key of ['src', 'dst', 'proto', 'capture'] as const)
    if (options[key] !== undefined)
      throw new UsageError(`--${key} does not go with --batch`, 'write the flow into the file');
  const flows = readBatch(file, (place, flow) => question(flow, place, options, picks, loaded.topology));
  let store = new SessionStore();
  let worst: number = STATUS.good;
  const lines: string[] = [];
  for (const { at, ask: one } of flows) {
    if (options.keepState !== true) store = new SessionStore();
    const report = answer(one, loaded, store, at);
    worst = Math.max(worst, statusOf(report));
    lines.push(options.format === 'minimal' ? renderMinimal(report) : renderJson(report, { compact: true }));
  }
  write(options.output, lines.join(''));
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
  const { packet, isSportChosen } = readFlow(text, topology);
  return {
    question: {
      packet,
      picks,
      in: at === undefined ? undefined : readPort(at, topology),
      noReturn: !options.return,
      handshake: options.handshake === true,
    },
    isSportChosen,
  };
}

function answer(
  { question: asked, isSportChosen }: Asked,
  { topology, locate }: Loaded,
  store: SessionStore,
  place?: string,
): WalkReport {
  const traced = trace(topology, asked, store);
  if ('problem' in traced)
    throw new UsageError(
      place === undefined ? traced.problem : `${place}: ${traced.problem}`,
      traced.suggestion,
    );
  const supposed: Trace['supposed'] = [
    ...(isSportChosen ? [{ code: 'source-port', about: String(asked.packet.sport) } as const] : []),
    ...traced.supposed,
  ];
  return foldTrace(
    { ...traced, supposed },
    { topology: { name: topology.name, file: topology.file }, locate },
  );
}

function render(report: WalkReport, options: WalkOptions, topology: Topology): string {
  if (options.capture !== undefined) return capture(report, options.capture, topology);
  switch (options.format) {
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
      return options.format satisfies never;
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
  const [name = '', port = ''] = text.split('/', 2);
  const node = topology.declared.nodes.get(name);
  if (!node)
    throw unknownName(
      '--in',
      name,
      [...topology.declared.nodes].filter(([, one]) => one.ports.length > 0).map(([one]) => one),
      'node',
    );
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
  return new Map(
    texts.map((text) => {
      const [node = '', member] = text.split('=', 2);
      if (member === undefined)
        throw new UsageError(`--pick ${text} is not of the form NODE=MEMBER`, 'such as --pick ilb-hub=nva2');
      const choosers = [...topology.declared.nodes].filter(([, one]) => one.members.length > 0);
      const members = choosers.find(([name]) => name === node)?.[1].members;
      if (!members)
        throw unknownName(
          '--pick',
          node,
          choosers.map(([name]) => name),
          'node that chooses',
        );
      if (!members.some((name) => isNamed(name, member)))
        throw unknownName('--pick', member, members, `member of ${node}`);
      return [node, member] as const;
    }),
  );
}

function statusOf({ verdict }: WalkReport): number {
  if (verdict === 'delivered') return STATUS.good;
  return verdict === 'unknown' ? STATUS.unknown : STATUS.bad;
}
