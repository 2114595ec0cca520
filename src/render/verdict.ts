/** The whole story in one line. */
import type { Blame, BranchFact, BreakingFact, Hop, WalkFact, WalkReport } from '../report/report.ts';
import { listText, towardsText } from './words.ts';

/** The hop's number, counted through all walks. */
export const hopNumber = ({ walks }: WalkReport, { walk, hop }: Pick<Blame, 'walk' | 'hop'>): number =>
  walks.slice(0, walk).reduce((sum, { hops }) => sum + hops.length, hop + 1);

/** The walk and the hop to blame; undefined when nothing is. */
export function blamed({
  blame,
  walks,
}: Pick<WalkReport, 'blame' | 'walks'>):
  { readonly walk: WalkFact; readonly hop: Hop; readonly blame: Blame } | undefined {
  const walk = blame ? walks[blame.walk] : undefined;
  const hop = blame ? walk?.hops[blame.hop] : undefined;
  return blame && walk && hop ? { walk, hop, blame } : undefined;
}

/** `DELIVERED both ways, symmetric through nva2`, `DROPPED on the way back at hop 10, nva1: session-invalid`. */
export function verdictText(report: WalkReport): string {
  const failed = blamed(report);
  if (!failed) return deliveredText(report);
  const { walk, hop, blame } = failed;
  return failureText(walk, `${underway(report, walk)} at hop ${hopNumber(report, blame)}, ${hop.node}`);
}

/** `MIXED: 50% of flows delivered, 50% dropped on the way back at nva1 or nva2: session-invalid`, `DELIVERED in all 4 branches`. */
export function branchesText(report: WalkReport): string {
  const { verdict, reason, cut, branches = [] } = report;
  const count = branches.length;
  const isKnown = cut !== true && branches.every(({ share }) => share !== null);
  const partOf = (some: readonly BranchFact[]): string =>
    isKnown ? percent(sumOf(some)) : String(some.length);
  const of = isKnown ? 'of flows ' : `of ${count} branches `;
  if (verdict === 'mixed') {
    const parts = kindsOf(branches).map((kind, i) => `${partOf(kind)} ${i === 0 ? of : ''}${kindText(kind)}`);
    return `MIXED: ${parts.join(', ')}`;
  }
  const stray = branches.filter(({ symmetric }) => symmetric === false);
  const ways = verdict === 'delivered' && stray.length > 0 ? `, ASYMMETRIC in ${partOf(stray)} ${of}` : '';
  const every = cut === true ? `the first ${count}` : `all ${count}`;
  const all = count === 1 && cut !== true ? 'in the only branch' : `in ${every} branches`;
  return `${verdict.toUpperCase()} ${all}${reason === null ? '' : `: ${reason}`}${ways.trimEnd()}`;
}

/** Branches that end in the same direction for the same reason; those that arrive first. */
function kindsOf(branches: readonly BranchFact[]): readonly (readonly BranchFact[])[] {
  const kinds = new Map<string, BranchFact[]>();
  for (const branch of branches) {
    const { verdict, reason } = branch;
    const key = `${verdict} ${reason} ${blamed(branch)?.walk.direction}`;
    kinds.set(key, [...(kinds.get(key) ?? []), branch]);
  }
  const isFailing = ([one]: readonly BranchFact[]): number => Number(one?.verdict !== 'delivered');
  return [...kinds.values()].toSorted((a, b) => isFailing(a) - isFailing(b));
}

/** Nodes that are named of those where branches ended. */
const MOST_NODES = 3;

/** `dropped on the way back at nva1 or nva2: session-invalid` */
function kindText(branches: readonly BranchFact[]): string {
  const { verdict, reason } = branches[0]!;
  const blame = blamed(branches[0]!);
  if (!blame) return verdict;
  const nodes = [...new Set(branches.flatMap((one) => blamed(one)?.hop.node ?? []))].toSorted();
  const places = nodes.length > MOST_NODES ? `${nodes.length} nodes` : listText(nodes, 'or');
  const way = blame.walk.direction === 'return' ? ' on the way back' : '';
  return `${verdict}${way} at ${places}${reason === null ? '' : `: ${reason}`}`;
}

/** `SURVIVES every failure of one of 9`, `BROKEN by 2 of 9 failures`. */
export function failuresText({ failures }: WalkReport): string {
  const { breaking = [], tried = 0, most = 1 } = failures ?? {};
  const sets = most === 1 ? 'single failures' : `sets of at most ${most} failures`;
  if (tried === 0 && breaking.length > 0) return 'BROKEN in a branch, while nothing fails';
  return breaking.length === 0
    ? `SURVIVES all ${tried} ${sets}`
    : `BROKEN by ${breaking.length} of ${tried} ${sets}`;
}

/** `DROPPED on the way back at nva1: session-invalid` */
export const outcomeText = ({ verdict, reason, node, direction }: BreakingFact): string =>
  `${verdict.toUpperCase()}${direction === 'return' ? ' on the way back' : ''} at ${node}${reason === null ? '' : `: ${reason}`}`;

/** The part of all flows that goes one of these ways. */
export const sumOf = (branches: readonly BranchFact[]): number =>
  branches.reduce((sum, { share }) => sum + (share ?? 0), 0);

/** To a tenth of a percent. */
export const percent = (share: number): string => `${Math.round(share * 1000) / 10}%`;

/** What else belongs to the verdict of a walk that failed: both ways went through different devices. */
export const besidesText = (report: WalkReport): string | undefined =>
  report.blame && report.symmetric === false ? asymmetryText(report) : undefined;

function failureText({ verdict, reason, note }: WalkFact, place: string): string {
  switch (verdict) {
    case 'delivered':
    case 'dropped':
      return `DROPPED${place}: ${reason ?? ''}`;
    case 'looped':
      return `LOOPED${place}`;
    case 'left':
      return `LEFT towards ${towardsText(note ?? 'elsewhere')}${place}`;
    case 'unknown':
      return `UNKNOWN${place}: the model does not know ${note ?? 'what comes next'}`;
    default:
      return verdict satisfies never;
  }
}

/** Which of the packets it was, when it was not the first. */
function underway({ walks }: WalkReport, walk: WalkFact): string {
  if (walk.direction === 'return') return ' on the way back';
  if (walk.cause) return ` asking ${walk.cause.what},`;
  return walk === walks[0] ? '' : ` with the ${walk.flow.flags?.join(',') ?? 'next packet'}`;
}

function deliveredText(report: WalkReport): string {
  const { symmetric, through, walks } = report;
  const isBothWays = walks.some((walk) => walk.direction === 'return');
  const ways = isBothWays ? 'DELIVERED both ways' : 'DELIVERED one way';
  if (symmetric === false) return `${ways}, ${asymmetryText(report)}`;
  if (through.forward.length === 0) return ways;
  return `${ways}, ${isBothWays ? 'symmetric ' : ''}through ${listText(through.forward)}`;
}

const asymmetryText = ({ through }: WalkReport): string =>
  `ASYMMETRIC: there ${wayText(through.forward)}, back ${wayText(through.return)}`;

const wayText = (names: readonly string[]): string =>
  names.length === 0 ? 'directly' : `through ${listText(names)}`;
