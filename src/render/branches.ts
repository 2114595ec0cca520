/** All branches of a walk for a terminal: what they come to and how often, then each outcome by one branch. */
import type { BranchFact, ChoiceFact, Hop, WalkReport } from '../report/report.ts';
import { visible } from './escape.ts';
import { lay } from './line.ts';
import { matrixLines } from './matrix.ts';
import { PLAIN_PAINT, type Paint } from './paint.ts';
import {
  explanationLines,
  headLines,
  sizeLines,
  placeLines,
  suggestionLines,
  verdictLines,
  walkLines,
  type TextOptions,
} from './text.ts';
import { besidesText, branchesText, percent, sumOf, verdictText } from './verdict.ts';

/** Branches that end alike. */
interface Outcome {
  readonly text: string;
  readonly branches: readonly BranchFact[];
}

/** The text ends with a line feed; no line is wider than 100 columns, colour apart. */
export function renderBranches(
  report: WalkReport,
  { detail = 0, paint = PLAIN_PAINT }: TextOptions = {},
): string {
  const outcomes = outcomesOf(report);
  const table = report.matrix ? matrixLines(report.matrix, paint) : [];
  const summary = (right?: string): readonly string[] => [
    ...lay({ head: '', text: branchesText(report), right, paint: paint.bold, paintRight: paint.dim }),
    ...(report.cut
      ? lay({ head: '', text: 'there are more: --most-branches walks more of them', paint: paint.yellow })
      : []),
  ];
  const lines = [
    ...summary(report.topology.name),
    ...headLines({ ...report, assumptions: report.assumptions.filter(({ code }) => code !== 'rule-choice') }),
    '',
    ...(table.length > 0 ? table : outcomes.flatMap((outcome) => outcomeLines(outcome, paint))),
  ];
  const examples = detail === 0 ? telling(outcomes) : outcomes;
  for (const [i, outcome] of examples.entries())
    lines.push(...exampleLines(report, outcome, examples.slice(0, i), { detail, paint }));
  return `${[...lines, '', ...suggestionLines(report, paint), ...summary()].join('\n')}\n`;
}

/** In the order in which they first came up. */
function outcomesOf(report: WalkReport): readonly Outcome[] {
  const outcomes = new Map<string, BranchFact[]>();
  for (const branch of report.branches ?? []) {
    const one = { ...report, ...branch };
    const text = [verdictText(one), besidesText(one)].filter(Boolean).join('; ');
    outcomes.set(text, [...(outcomes.get(text) ?? []), branch]);
  }
  return [...outcomes].map(([text, branches]) => ({ text, branches }));
}

/** One of each kind: of those that end in the same way, for the same reason. */
function telling(outcomes: readonly Outcome[]): readonly Outcome[] {
  const kindOf = ({ branches: [branch] }: Outcome): string =>
    JSON.stringify([branch?.verdict, branch?.reason, branch?.symmetric]);
  return [
    ...new Map(outcomes.toReversed().map((outcome) => [kindOf(outcome), outcome])).values(),
  ].toReversed();
}

/** `  50%  lb-hub=nva1/eth0  DROPPED …` */
function outcomeLines({ text, branches }: Outcome, paint: Paint): readonly string[] {
  const head = `${shareText(branches).padStart(5)}  `;
  return [
    ...lay({ head, text, paintHead: paint.bold }),
    ...lay({ head: ' '.repeat(7), text: choicesText(branches), paint: paint.dim }),
  ];
}

/** Of all flows where hashes decide alone, else how many branches. */
const shareText = (branches: readonly BranchFact[]): string =>
  branches.some(({ share }) => share === null) ? `${branches.length}x` : percent(sumOf(branches));

/** What the choices must be, those that may be any left out; branches that no such list describes are listed. */
function choicesText(branches: readonly BranchFact[]): string {
  const [first] = branches;
  if (!first || first.choices.length === 0) return 'nothing to choose';
  const picks = first.choices.map(({ node, options }) => {
    const picked = new Set(branches.map((branch) => pickOf(branch, node)));
    return { node, options, picked };
  });
  const combined = picks.reduce((product, { picked }) => product * picked.size, 1);
  const isSame = branches.every(({ choices }) => choices.length === picks.length);
  if (!isSame || combined !== branches.length) return listed(branches);
  const wanted = picks.filter(({ picked, options }) => picked.size < options.length);
  if (wanted.length === 0) return 'whatever is chosen';
  return wanted.map(({ node, picked }) => `${node}=${[...picked].join('|')}`).join('  ');
}

const pickOf = ({ choices }: BranchFact, node: string): string | undefined =>
  choices.find((choice) => choice.node === node)?.picked;

const MOST_LISTED = 4;

function listed(branches: readonly BranchFact[]): string {
  const texts = branches.slice(0, MOST_LISTED).map(({ choices }) => choices.map(choiceText).join('  '));
  const rest = branches.length - texts.length;
  return [...texts, ...(rest > 0 ? [`${rest} more`] : [])].join(',  or ');
}

const choiceText = ({ node, picked }: ChoiceFact): string => `${node}=${picked}`;

/** One branch of an outcome, from where it parts from those above. */
function exampleLines(
  report: WalkReport,
  { branches, text }: Outcome,
  above: readonly Outcome[],
  options: Required<TextOptions>,
): readonly string[] {
  const branch = branches[0]!;
  const one: WalkReport = { ...report, ...branch };
  const skip = Math.max(0, ...above.map((other) => sharedHops(branch, other.branches[0]!)));
  const title = `== ${branch.choices.map(choiceText).join('  ') || text} `;
  const same = skip === 0 ? [] : [`${skip === 1 ? 'hop 1' : `hops 1 to ${skip}`} as above`];
  return [
    '',
    options.paint.bold(visible(title).padEnd(99, '=')),
    '',
    ...same,
    ...walkLines(one, options, skip),
    '',
    ...sizeLines(one, options.detail, options.paint),
    ...placeLines(one, options.paint),
    ...explanationLines(one, options.paint),
    ...verdictLines(one, options.paint),
  ];
}

/** How many hops two branches have in common before they part. */
function sharedHops(a: BranchFact, b: BranchFact): number {
  const [hops, others] = [hopsOf(a), hopsOf(b)];
  const parted = hops.findIndex((hop, i) => JSON.stringify(hop) !== JSON.stringify(others[i]));
  return parted < 0 ? Math.max(0, hops.length - 1) : parted;
}

const hopsOf = ({ walks }: BranchFact): readonly Hop[] => walks.flatMap(({ hops }) => hops);
