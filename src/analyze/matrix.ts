/** Folds branches to a matrix: each way there against each way back. */
import type { MatrixFact, PickFact, WayFact } from '../report/matrix.ts';
import type { BranchFact } from '../report/report.ts';
import type { Branch } from './branches.ts';

/** A branch, as far as its way is told. */
export type Way = Pick<Branch, 'turns' | 'there'>;

export function matrixOf(ways: readonly Way[], facts: readonly BranchFact[]): MatrixFact {
  const [forward, back] = [new Ways(), new Ways()];
  const pairs = facts.map((fact, branch) => {
    const { turns, there } = ways[branch]!;
    const picks = turns.map(({ name, picked }): PickFact => ({ node: name, picked }));
    const { share, verdict, reason, blame, through, walks } = fact;
    return {
      forward: forward.add(picks.slice(0, there), share),
      return: back.add(picks.slice(there), share),
      share,
      verdict,
      reason,
      node: blame && (walks[blame.walk]?.hops[blame.hop]?.node ?? null),
      meets: through.forward.filter((node) => through.return.includes(node)),
      branch,
    };
  });
  return { forward: forward.all, return: back.all, pairs };
}

/** Ways by what was chosen on them, in the order in which they come up. */
class Ways {
  readonly #ways = new Map<string, { readonly index: number; readonly way: WayFact }>();

  /** The index of the way, which has this share more. */
  add(picks: readonly PickFact[], share: number | null): number {
    const key = JSON.stringify(picks.map(({ node, picked }) => [node, picked]));
    const known = this.#ways.get(key);
    const index = known?.index ?? this.#ways.size;
    const before = known ? known.way.share : 0;
    const sum = before === null || share === null ? null : before + share;
    this.#ways.set(key, { index, way: { picks, share: sum } });
    return index;
  }

  get all(): readonly WayFact[] {
    return [...this.#ways.values()].map(({ way }) => way);
  }
}
