/** A link between places that a flow and its answer crossed more often than its ends ask for. */
import { count, listOf, object, text } from './schema-part.ts';

export interface TromboneFact {
  /** The link. */
  readonly link: string;
  readonly crossings: readonly CrossingFact[];
  /** How often it had to be crossed: once each way if the ends are at different places. */
  readonly needed: number;
}

/** Where it was crossed: indexes into walks and hops. */
export interface CrossingFact {
  readonly walk: number;
  readonly hop: number;
  readonly from: string;
  readonly to: string;
}

export const TROMBONE = {
  ...object({
    link: text,
    crossings: listOf(object({ walk: count, hop: count, from: text, to: text })),
    needed: { ...count, description: 'crossings that the ends ask for: one each way if they are apart' },
  }),
} as const;
