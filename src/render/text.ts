/** A walk for a terminal: the verdict, what was assumed, a block a hop, why it failed, the verdict. */
import type { WalkFact, WalkReport } from '../report/report.ts';
import { asStopped, blockerTexts } from './blockers.ts';
import type { Detail } from './detail.ts';
import { visible } from './escape.ts';
import { explain } from './explanation.ts';
import { fieldText, flowText, rareText } from './flow.ts';
import { hopLines } from './hop.ts';
import { innermostIp } from './layers.ts';
import { ledgerTexts } from './ledger.ts';
import { lay, WIDTH } from './line.ts';
import { pathText } from './minimal.ts';
import { PLAIN_PAINT, type Paint } from './paint.ts';
import { suggestionText } from './suggestion.ts';
import { besidesText, hopNumber, verdictText } from './verdict.ts';
import { placeTexts } from './places.ts';
import { assumedText } from './words.ts';

export interface TextOptions {
  readonly detail?: Detail;
  readonly paint?: Paint;
}

/** The text ends with a line feed; no line is wider than 100 columns, colour apart. */
export function renderText(
  report: WalkReport,
  { detail = 0, paint = PLAIN_PAINT }: TextOptions = {},
): string {
  const told = asStopped(report);
  const lines = [
    ...verdictLines(told, paint, report.topology.name),
    ...headLines(report),
    '',
    ...walkLines(report, { detail, paint }),
    '',
    ...sizeLines(report, detail, paint),
    ...placeLines(report, paint),
    ...explanationLines(told, paint),
    ...blockerTexts(report).flatMap(({ head, text }) => headed(head, text, paint)),
    ...suggestionLines(report, paint),
    ...verdictLines(told, paint),
  ];
  return `${lines.join('\n')}\n`;
}

export function verdictLines(report: WalkReport, paint: Paint, right?: string): readonly string[] {
  const tint = (text: string): string => paint.bold(tintOf(report, paint)(text));
  const besides = besidesText(report);
  return [
    ...lay({ head: '', text: verdictText(report), right, paint: tint, paintRight: paint.dim }),
    ...(besides === undefined ? [] : lay({ head: '', text: besides, paint: tint })),
  ];
}

/** A block a hop, and a line between two walks; without the first `skip` hops. */
export function walkLines(
  report: WalkReport,
  { detail, paint }: Required<TextOptions>,
  skip = 0,
): readonly string[] {
  const lines: string[] = [];
  report.walks.forEach((walk, index) => {
    if (hopNumber(report, { walk: index, hop: walk.hops.length }) <= skip) return;
    if (index > 0) lines.push('', ...ruleLines(report, walk, paint), '');
    if (detail === 0 && isAnswered(walk)) {
      lines.push(...lay({ head: ' '.repeat(6), text: pathText(walk) }));
      return;
    }
    walk.hops.forEach((hop, at) => {
      const number = hopNumber(report, { walk: index, hop: at });
      const { layers: origin } = walk.packet;
      const scene = { number, origin, before: walk.hops[at - 1], detail, paint };
      if (number > skip) lines.push(...hopLines(hop, scene));
    });
  });
  return lines;
}

const SOLICITATION = 135;

/** A question for a neighbour that got its answer: how it went is seldom what a reader wants to know. */
const isAnswered = ({ verdict, flow: { proto, type } }: WalkFact): boolean =>
  verdict === 'delivered' && (proto === 'arp' || (proto === 'icmpv6' && type === SOLICITATION));

function tintOf({ verdict }: WalkReport, paint: Paint): (text: string) => string {
  switch (verdict) {
    case 'delivered':
      return paint.green;
    case 'dropped':
    case 'looped':
      return paint.red;
    case 'left':
    case 'unknown':
    case 'mixed':
      return paint.yellow;
    default:
      return verdict satisfies never;
  }
}

export function headLines({
  walks,
  assumptions,
  established,
}: Pick<WalkReport, 'walks' | 'assumptions' | 'established'>): readonly string[] {
  const lines: string[] = [];
  const [first] = walks;
  if (first) {
    const { flow, packet } = first;
    const ip = innermostIp(packet);
    const rare = rareText((field) => fieldText(ip, field) ?? '0');
    const text = `${flowText(flow)}  ${packet.length} bytes  TTL ${fieldText(ip, 'ttl') ?? '-'}${rare}`;
    lines.push(...lay({ head: '', text }));
  }
  if (established !== undefined)
    lines.push(...lay({ head: 'mid-flow ', text: ESTABLISHED[`${established}`] }));
  packed(assumptions.map(assumedText), WIDTH - 9).forEach((text, i) =>
    lines.push(...lay({ head: i === 0 ? 'assumed  ' : ' '.repeat(9), text })),
  );
  return lines;
}

const ESTABLISHED = {
  true: 'the flow was established before, and this is its next packet',
  false: 'the flow is not established, even before: these are its first packets',
} as const;

/** Items joined by semicolons, as many a line as fit: a line breaks between two of them where it can. */
function packed(items: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const [i, item] of items.entries()) {
    const text = visible(i < items.length - 1 ? `${item};` : item);
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + text.length <= width)
      lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(text);
  }
  return lines;
}

/** `-- back: tcp 10.1.0.4:22 > 10.3.0.4:49152 SYN,ACK ------…` */
function ruleLines(report: WalkReport, walk: WalkFact, paint: Paint): readonly string[] {
  const [line = '', ...more] = lay({ head: '-- ', text: titleText(report, walk), paint: paint.bold });
  const plain = visible(`-- ${titleText(report, walk)}`);
  const fill =
    more.length === 0 && plain.length < WIDTH - 2 ? ` ${'-'.repeat(WIDTH - 1 - plain.length)}` : '';
  return [line + fill, ...more];
}

function titleText(report: WalkReport, { direction, flow, cause }: WalkFact): string {
  switch (direction) {
    case 'forward':
      return `then: ${flowText(flow)}`;
    case 'return':
      return `back: ${flowText(flow)}`;
    case 'follow-up':
      return `follow-up: ${flowText(flow)}${cause ? `  (${causeText(flowText(flow), cause.what)}at hop ${hopNumber(report, cause)})` : ''}`;
    default:
      return direction satisfies never;
  }
}

/** What caused it, where the packet does not say the same. */
const causeText = (packet: string, what: string): string => (packet.includes(what) ? '' : `${what} `);

export const sizeLines = (report: WalkReport, detail: Detail, paint: Paint): readonly string[] =>
  ledgerTexts(report, detail).flatMap(({ head, text }) =>
    lay({ head: head.padEnd(9), text, paintHead: paint.bold }),
  );

export const placeLines = (report: WalkReport, paint: Paint): readonly string[] =>
  placeTexts(report).flatMap(({ head, text }) => lay({ head: head.padEnd(9), text, paintHead: paint.bold }));

export function explanationLines(report: WalkReport, paint: Paint): readonly string[] {
  const { why, nearly } = explain(report);
  return [...headed('why', why, paint), ...headed('nearly', nearly, paint)];
}

export const suggestionLines = ({ suggestions = [] }: WalkReport, paint: Paint): readonly string[] =>
  suggestions.flatMap((one, i) => headed(i === 0 ? 'try' : 'or', suggestionText(one), paint));

const headed = (head: string, text: string | undefined, paint: Paint): readonly string[] =>
  text === undefined ? [] : lay({ head: head.padEnd(9), text, paintHead: paint.bold });
