/** Links between places that a flow and its answer crossed more often than its ends ask for. */
import { count, listOf, object, text } from './schema-part.ts';

export interface TromboneFact {
  /** In order, there and back. */
  readonly crossings: readonly LinkCrossingFact[];
  /** How many there had to be: one each way if the ends are at different places. */
  readonly needed: number;
}

/** Where a link was crossed: indexes into walks and hops. */
export interface LinkCrossingFact {
  readonly link: string;
  readonly walk: number;
  readonly hop: number;
  readonly from: string;
  readonly to: string;
}

export const TROMBONE = {
  ...object({
    crossings: listOf(object({ link: text, walk: count, hop: count, from: text, to: text })),
    needed: { ...count, description: 'crossings that the ends ask for: one each way if they are apart' },
  }),
} as const;
