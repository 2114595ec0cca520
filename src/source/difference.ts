/** What differs between two documents as plain values, and the first one with some of the differences made. */
import { aligned, isTextOfLines, type Pair } from './alignment.ts';

/** One difference; `undefined` where that document has nothing there. */
export interface Difference {
  readonly before: unknown;
  readonly after: unknown;
  /** Where it stands in each document, or would. */
  readonly at: { readonly a: Spot; readonly b: Spot };
}

export interface Spot {
  readonly keys: readonly (string | number)[];
  /** Of the text there, from 1. */
  readonly line?: number;
}

/** Whether a difference is made. They come in the same order whenever two values are compared. */
type Take = (difference: Difference) => boolean;

export function differencesOf(a: unknown, b: unknown): readonly Difference[] {
  const found: Difference[] = [];
  merge(a, b, TOP, (difference) => {
    found.push(difference);
    return false;
  });
  return found;
}

/** `a` with the differences of these numbers made, as `differencesOf` counts them. */
export function withDifferences(a: unknown, b: unknown, wanted: ReadonlySet<number>): unknown {
  let next = 0;
  return merge(a, b, TOP, () => wanted.has(next++));
}

const TOP: Difference['at'] = { a: { keys: [] }, b: { keys: [] } };

type Open = Readonly<Record<string, unknown>>;

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isMap = (value: unknown): value is Open =>
  typeof value === 'object' && value !== null && !isList(value);

/** `a` with what is taken of `b`. Maps are merged by key, lists by element, texts of several lines by line. */
function merge(a: unknown, b: unknown, at: Difference['at'], take: Take): unknown {
  if (Object.is(a, b)) return a;
  if (isMap(a) && isMap(b)) return mergeMaps(a, b, at, take);
  if (isList(a) && isList(b)) {
    const placeOf = (index: Pair['index']): Difference['at'] => belowBoth(at, index.a, index.b);
    return mergePairs(aligned(a, b), placeOf, take);
  }
  if (!isTextOfLines(a) || !isTextOfLines(b)) return take({ before: a, after: b, at }) ? b : a;
  const lineOf = (index: Pair['index']): Difference['at'] => ({
    a: { ...at.a, line: index.a + 1 },
    b: { ...at.b, line: index.b + 1 },
  });
  return mergePairs(aligned(a.split('\n'), b.split('\n')), lineOf, take).join('\n');
}

function mergeMaps(a: Open, b: Open, at: Difference['at'], take: Take): Open {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  const merged = [...keys].map((key): [string, unknown] => [
    key,
    mergePart({ a: own(a, key), b: own(b, key) }, belowBoth(at, key, key), take),
  ]);
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined));
}

const own = (map: Open, key: string): unknown => (Object.hasOwn(map, key) ? map[key] : undefined);

const belowBoth = (at: Difference['at'], a: string | number, b: string | number): Difference['at'] => ({
  a: { keys: [...at.a.keys, a] },
  b: { keys: [...at.b.keys, b] },
});

const mergePairs = (
  pairs: readonly Pair[],
  placeOf: (index: Pair['index']) => Difference['at'],
  take: Take,
): readonly unknown[] =>
  pairs.map((pair) => mergePart(pair, placeOf(pair.index), take)).filter((one) => one !== undefined);

/** A part that both have, or one of them; `undefined` where there is none in the end. */
function mergePart({ a, b }: Pick<Pair, 'a' | 'b'>, at: Difference['at'], take: Take): unknown {
  if (a !== undefined && b !== undefined) return merge(a, b, at, take);
  return take({ before: a, after: b, at }) ? b : a;
}
