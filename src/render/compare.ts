/** Two topologies for a terminal: whether flows go the same way in both, where they part, and what made them. */
import type {
  ChangeFact,
  ComparedFlow,
  ComparedTopology,
  CompareReport,
  DifferenceFact,
  PartingFact,
} from '../report/compare.ts';
import type { Answer, Blame, WalkFact, WalkReport } from '../report/report.ts';
import { flowText, placeText } from './flow.ts';
import { lay } from './line.ts';
import { pathText } from './minimal.ts';
import { PLAIN_PAINT, type Paint } from './paint.ts';
import { rowOf } from './row.ts';
import { headLines } from './text.ts';
import { hopNumber, verdictText } from './verdict.ts';

type Side = 'a' | 'b';
const SIDES: readonly Side[] = ['a', 'b'];

/** The text ends with a line feed; no line is wider than 100 columns, colour apart. */
export function renderCompare(
  report: CompareReport,
  { paint = PLAIN_PAINT }: { readonly paint?: Paint } = {},
): string {
  const verdict = (right?: string): readonly string[] =>
    lay({
      head: '',
      text: outcomeText(report),
      right,
      paint: (text) => paint.bold(report.outcome === 'same' ? paint.green(text) : paint.yellow(text)),
      paintRight: paint.dim,
    });
  const { flows } = report;
  const parted = flows.filter(({ difference }) => difference);
  const single = flows.length === 1 ? flows : [];
  return `${[
    ...verdict(`${changesText(report.changes.length)} in the files`),
    ...SIDES.flatMap((side) => row(side, topologyText(report[side]), paint)),
    ...headLines({ walks: [], assumptions: report.assumptions }),
    ...(single.length > 0 ? [] : ['', ...flows.flatMap((flow) => lay({ head: '  ', text: lineText(flow) }))]),
    ...(parted.length > 0 ? parted : single).flatMap((flow) => ['', ...flowLines(flow, report, paint)]),
    '',
    ...verdict(),
  ].join('\n')}\n`;
}

function outcomeText({ outcome, counts, flows }: CompareReport): string {
  const [first] = flows;
  if (counts.flows === 1 && first) {
    const { a, b } = first;
    const [before, after] = [endingText(a), endingText(b)];
    if (before !== after) return `${outcome.toUpperCase()}: ${before} in a, ${after} in b`;
    return `${outcome.toUpperCase()}: ${before} in both${first.difference ? ', another way' : ''}`;
  }
  const parts = (['same', 'different', 'unknown'] as const).flatMap((one) =>
    counts[one] > 0 ? [`${counts[one]} ${one}`] : [],
  );
  return `${outcome.toUpperCase()}: of ${counts.flows} flows ${parts.join(', ') || 'none walked'}`;
}

const endingText = ({ verdict, reason }: ComparedFlow['a']): string =>
  verdict + (reason === null ? '' : ` (${reason})`);

const topologyText = ({ file, set = [] }: ComparedTopology): string =>
  [file, ...set.map((one) => `--set ${written(one)}`)].join('  ');

const changesText = (count: number): string => `${count} ${count === 1 ? 'change' : 'changes'}`;

/** `different  tcp 10.3.0.4:49152 > 10.1.0.4:22 SYN  delivered -> dropped (nic-forwarding-off)`. */
function lineText({ flow, outcome, a, b, difference }: ComparedFlow): string {
  const [before, after] = [endingText(a), endingText(b)];
  const end = before !== after ? `${before} -> ${after}` : difference ? `${before}, another way` : before;
  return `${outcome.padEnd(9)}  ${flowText(flow)}  ${end}`;
}

const row = (head: string, text: string, paint: Paint, right?: string): readonly string[] =>
  lay({ head: head.padEnd(9), text, right, paintHead: paint.bold, paintRight: paint.dim });

function flowLines(
  { flow, difference }: ComparedFlow,
  report: CompareReport,
  paint: Paint,
): readonly string[] {
  const head = lay({ head: '', text: flowText(flow), paint: paint.bold });
  if (!difference) return head;
  return [
    ...head,
    ...SIDES.flatMap((side) =>
      wayLines(side, reportOf(difference, side, report), difference.partings, paint),
    ),
    ...difference.partings.flatMap((parting) => partingLines(parting, difference, report, paint)),
    ...causeLines(difference, report, paint),
  ];
}

/** What is said of a walk is said of this one, alone. */
const reportOf = (difference: DifferenceFact, side: Side, report: CompareReport): WalkReport => ({
  version: 1,
  command: 'walk',
  topology: report[side],
  assumptions: [],
  ...difference[side],
});

function wayLines(
  side: Side,
  report: WalkReport,
  partings: readonly PartingFact[],
  paint: Paint,
): readonly string[] {
  const isTold = ({ direction }: WalkFact, index: number): boolean =>
    direction !== 'follow-up' || partings.some((parting) => parting[side]?.walk === index);
  return [
    ...row(side, verdictText(report), paint),
    ...report.walks.filter(isTold).flatMap((walk) => row(`  ${WAYS[walk.direction]}`, pathText(walk), paint)),
  ];
}

const WAYS: Readonly<Record<WalkFact['direction'], string>> = {
  forward: 'there',
  return: 'back',
  'follow-up': 'then',
};

function partingLines(
  parting: PartingFact,
  difference: DifferenceFact,
  report: CompareReport,
  paint: Paint,
): readonly string[] {
  const stated = parting.a
    ? ({ side: 'a', at: parting.a } as const)
    : ({ side: 'b', at: parting.b } as const);
  if (!stated.at) return [];
  const whole = reportOf(difference, stated.side, report);
  const walk = whole.walks[stated.at.walk]!;
  const where = `${wayText(walk)} at hop ${hopNumber(whole, stated.at)}, ${walk.hops[stated.at.hop]!.node}`;
  return [
    ...row('parts', where, paint),
    ...SIDES.flatMap((side) => stepLines(side, difference[side], parting[side], paint)),
  ];
}

function wayText({ direction, cause }: WalkFact): string {
  switch (direction) {
    case 'forward':
      return 'on the way there';
    case 'return':
      return 'on the way back';
    case 'follow-up':
      return `with the ${cause?.what ?? 'follow-up'}`;
    default:
      return direction satisfies never;
  }
}

/** `  a      route    10.1.0.0/24 -> VirtualAppliance 10.0.1.6`. */
function stepLines(side: Side, { walks }: Answer, at: Blame | null, paint: Paint): readonly string[] {
  const step = at && walks[at.walk]?.hops[at.hop]?.steps[at.step];
  if (!step) return row(`  ${side}`, 'nothing of the kind', paint);
  const { verb, text, details } = rowOf(step, { detail: 0, owner: undefined });
  const more = step.type === 'balance' ? details.map((note) => `; ${note.text}`).join('') : '';
  return row(`  ${side}`, `${verb.padEnd(9)}${text}${more}`, paint, placeText(step.at));
}

function causeLines({ cause }: DifferenceFact, { changes }: CompareReport, paint: Paint): readonly string[] {
  if (!cause) return row('cause', 'no set of the changes alone turns the outcome of a into that of b', paint);
  const rest = changes.length - cause.changes.length;
  const together =
    cause.changes.length === 1
      ? 'this change alone does it'
      : 'together they do it, and none of them can be left out';
  const least = cause.smallest ? '' : '; fewer others may do it too';
  const others = rest === 0 ? '' : `; the other ${rest === 1 ? 'one is' : `${rest} are`} not needed`;
  return [
    ...cause.changes.flatMap((index, i) => changeLines(i === 0 ? 'cause' : '', changes[index]!, paint)),
    ...row('', `walked: ${together}${least}${others}`, paint),
  ];
}

function changeLines(
  head: string,
  { pointer, before, after, at }: ChangeFact,
  paint: Paint,
): readonly string[] {
  const [from, to] = [valueText(before), valueText(after)];
  const what = before === null ? `added ${to}` : after === null ? `removed ${from}` : `${from} -> ${to}`;
  const places = [at.a, at.b].map(placeText).filter((one) => one !== undefined);
  return row(head, `${pointer}: ${what}`, paint, [...new Set(places)].join(' / '));
}

const LONGEST_VALUE = 160;

function valueText(json: string | null): string {
  const text = json === null ? '' : written(JSON.parse(json));
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 3)}...` : text;
}

/** As YAML writes it in one line, nearly: `{ name: to-spoke1, addressPrefix: 10.1.0.0/24 }`; of a text of several lines the first. */
function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, one]) => `${key}: ${written(one)}`);
    return `{ ${entries.join(', ')} }`;
  }
  const [first = '', ...more] = String(value).trimEnd().split('\n');
  return more.length === 0 ? first || "''" : `${first} ... (${more.length + 1} lines)`;
}
