/** Every way there against every way back: which pairs meet the same stateful device, and which break. */
import type { Outcome } from '../walk/verdict.ts';
import type { Reason } from '../walk/reason.ts';
import { count, listOf, object, orNull, ref, text, texts } from './schema-part.ts';

export interface MatrixFact {
  /** Ways there, by what was chosen on them. */
  readonly forward: readonly WayFact[];
  /** Ways back, by what was chosen on them and not before. */
  readonly return: readonly WayFact[];
  /** Pairs that happen, in the order of the branches. */
  readonly pairs: readonly PairFact[];
}

export interface WayFact {
  readonly picks: readonly PickFact[];
  /** The part of all flows that goes this way; null where no hash decides. */
  readonly share: number | null;
}

/** As `--pick` takes it. */
export interface PickFact {
  readonly node: string;
  readonly picked: string;
}

export interface PairFact {
  /** Indexes into the ways there and the ways back. */
  readonly forward: number;
  readonly return: number;
  readonly share: number | null;
  readonly verdict: Outcome;
  readonly reason: Reason | null;
  /** Where it ended, if it was not delivered. */
  readonly node: string | null;
  /** The stateful devices that both ways pass. */
  readonly meets: readonly string[];
  /** The branch: an index. */
  readonly branch: number;
}

const share = {
  ...orNull({ type: 'number' } as const),
  description: 'the part of all flows, if hashes spread them evenly; null where no hash decides',
} as const;

export const matrixDefinitions = <const Verdict, const Cause>(verdict: Verdict, reason: Cause) =>
  ({
    matrix: object({
      forward: listOf(ref('way')),
      return: listOf(ref('way')),
      pairs: { ...listOf(ref('pair')), description: 'pairs that happen, in the order of the branches' },
    }),
    way: object({ picks: listOf(object({ node: text, picked: text })), share }),
    pair: object({
      forward: { ...count, description: 'index of the way there' },
      return: { ...count, description: 'index of the way back' },
      share,
      verdict,
      reason: orNull(reason),
      node: { ...orNull(text), description: 'where it ended, if it was not delivered' },
      meets: { ...texts, description: 'the stateful devices that both ways pass' },
      branch: { ...count, description: 'index of the branch' },
    }),
  }) as const;
