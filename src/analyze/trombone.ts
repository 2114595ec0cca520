/** Traffic that goes to another place and comes back: what a flow and its answer crossed, against what their ends ask for. */
import type { WalkFact } from '../report/report.ts';
import type { LinkCrossingFact, TromboneFact } from '../report/trombone.ts';

/** Undefined unless links were crossed twice or more beyond need. */
export function tromboneOf(walks: readonly WalkFact[]): TromboneFact | undefined {
  const ways = (['forward', 'return'] as const)
    .map((way) => walks.findIndex(({ direction }) => direction === way))
    .filter((walk) => walk >= 0);
  const crossings = ways.flatMap((walk) => crossingsOf(walks[walk]!, walk));
  if (crossings.length < 2) return undefined;
  const needed = isApart(walks[ways[0]!]!) ? ways.length : 0;
  return crossings.length - needed < 2 ? undefined : { crossings, needed };
}

/** A link does nothing but to carry. */
const crossingsOf = ({ hops }: WalkFact, walk: number): readonly LinkCrossingFact[] =>
  hops.flatMap(({ node, steps: [first] }, hop) =>
    first?.type === 'cross' ? [{ link: node, walk, hop, from: first.from, to: first.to }] : [],
  );

/** Whether both ends are at places, and not at the same. */
function isApart({ hops }: WalkFact): boolean {
  const [from, to] = [hops[0]?.place, hops.at(-1)?.place];
  return from !== undefined && to !== undefined && from !== to;
}
