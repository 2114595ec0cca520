/** Where two walks of one flow part: the step that decides it. */
import type { PartingFact } from '../report/compare.ts';
import { isDenying } from '../report/action.ts';
import type { Answer, Hop, Step, WalkFact } from '../report/report.ts';
import { decisionOf, endOutline, hopOutline } from './outline.ts';

type Walks = Answer['walks'];

interface Numbered {
  readonly walk: WalkFact;
  readonly index: number;
}

/** The first parting of the walks there and the first of those back; where these are the same, the first of what followed. */
export function partingsOf(a: Walks, b: Walks): readonly PartingFact[] {
  const first = (
    direction: WalkFact['direction'],
    countOf: (one: number, other: number) => number,
  ): readonly PartingFact[] => {
    const [here, there] = [walksOf(a, direction), walksOf(b, direction)];
    for (let i = 0; i < countOf(here.length, there.length); i++) {
      const parting = partingOf(here[i], there[i]);
      if (parting) return [parting];
    }
    return [];
  };
  // A walk that only one of them has comes of how an earlier one ended.
  const found = [...first('forward', Math.min), ...first('return', Math.min)];
  return found.length > 0 ? found : first('follow-up', Math.max);
}

const walksOf = (walks: Walks, direction: WalkFact['direction']): readonly Numbered[] =>
  walks.flatMap((walk, index) => (walk.direction === direction ? [{ walk, index }] : []));

function partingOf(a: Numbered | undefined, b: Numbered | undefined): PartingFact | undefined {
  if (!a || !b) return { a: startOf(a), b: startOf(b) };
  const [hops, others] = [a.walk.hops, b.walk.hops];
  const most = Math.max(hops.length, others.length);
  const at = Array.from({ length: most }, (_, i) => i).find(
    (i) => outlineAt(hops, i) !== outlineAt(others, i),
  );
  if (at === undefined && endOutline(a.walk) === endOutline(b.walk)) return undefined;
  const spot = at === undefined ? stepsAt(most - 1, hops, others) : decidedAt(at, hops, others);
  const inWalk = ({ index }: Numbered, step: number | undefined): PartingFact['a'] =>
    step === undefined ? null : { walk: index, hop: spot.hop, step };
  return { a: inWalk(a, spot.a), b: inWalk(b, spot.b) };
}

const startOf = (one: Numbered | undefined): PartingFact['a'] =>
  one ? { walk: one.index, hop: 0, step: 0 } : null;

const outlineAt = (hops: readonly Hop[], i: number): string | undefined => {
  const hop = hops[i];
  return hop && hopOutline(hop);
};

/** A step of a hop of each walk; undefined where it decides nothing more. */
interface Spot {
  readonly hop: number;
  readonly a: number | undefined;
  readonly b: number | undefined;
}

/** Another node comes of what the node before it decided. */
function decidedAt(at: number, hops: readonly Hop[], others: readonly Hop[]): Spot {
  const isElsewhere = hops[at]?.node !== others[at]?.node;
  const before = isElsewhere && at > 0 ? stepsAt(at - 1, hops, others) : undefined;
  return before && (before.a !== undefined || before.b !== undefined) ? before : stepsAt(at, hops, others);
}

/** The first decisions at a hop that are not alike. */
function stepsAt(hop: number, hops: readonly Hop[], others: readonly Hop[]): Spot {
  const [a, b] = [decisionsOf(hops[hop], others[hop]), decisionsOf(others[hop], hops[hop])];
  const most = Math.max(a.length, b.length);
  const found = Array.from({ length: most }, (_, i) => i).find((i) => a[i]?.decision !== b[i]?.decision);
  return { hop, a: a[found ?? most]?.step, b: b[found ?? most]?.step };
}

interface Decision {
  readonly step: number;
  readonly decision: string;
}

function decisionsOf(hop: Hop | undefined, other: Hop | undefined): readonly Decision[] {
  const denied = new Set(other?.steps.flatMap((step) => (isDenial(step) ? [chainOf(step)] : [])));
  return (hop?.steps ?? []).flatMap((one, step) => {
    const isIdle = one.type === 'rule' && !isDenial(one) && !denied.has(chainOf(one));
    const decision = isIdle ? undefined : decisionOf(one);
    return decision === undefined ? [] : [{ step, decision }];
  });
}

type RuleStep = Extract<Step, { readonly type: 'rule' }>;

/** A rule that lets a packet pass decides where the other walk is denied by the same chain. */
const isDenial = (step: Step): step is RuleStep & Step => step.type === 'rule' && isDenying(step.action);

const chainOf = ({ table, chain }: RuleStep): string => JSON.stringify([table, chain]);
