/** Traffic that goes to another place and comes back: what a flow and its answer crossed, against what their ends ask for. */
import type { WalkFact } from '../report/report.ts';
import type { CrossingFact, TromboneFact } from '../report/trombone.ts';

/** Links that were crossed twice or more beyond need; undefined where there is none. */
export function trombonesOf(walks: readonly WalkFact[]): readonly TromboneFact[] | undefined {
  const there = walks.findIndex((walk) => walk.direction === 'forward');
  const back = walks.findIndex((walk) => walk.direction === 'return');
  const crossed = [there, back].flatMap((walk) => crossingsOf(walks[walk], walk));
  if (crossed.length < 2) return undefined;
  const found = [...new Set(crossed.map(({ link }) => link))].flatMap((link): TromboneFact[] => {
    const crossings = crossed
      .filter((one) => one.link === link)
      .map(({ walk, hop, from, to }) => ({ walk, hop, from, to }));
    const needed = isApart(walks[there]) ? Math.min(crossings.length, back < 0 ? 1 : 2) : 0;
    return crossings.length - needed < 2 ? [] : [{ link, crossings, needed }];
  });
  return found.length > 0 ? found : undefined;
}

/** A link does nothing but to carry. */
const crossingsOf = (
  walked: WalkFact | undefined,
  walk: number,
): readonly (CrossingFact & { readonly link: string })[] =>
  walked?.hops.flatMap(({ node, steps: [first] }, hop) =>
    first?.type === 'cross' ? [{ link: node, walk, hop, from: first.from, to: first.to }] : [],
  ) ?? [];

/** Whether both ends are at places, and not at the same. */
function isApart(walk: WalkFact | undefined): boolean {
  const [from, to] = [walk?.hops[0]?.place, walk?.hops.at(-1)?.place];
  return from !== undefined && to !== undefined && from !== to;
}
