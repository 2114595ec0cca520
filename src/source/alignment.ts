/** Which elements of two lists, or lines of two texts, belong together. */

/** Elements that belong together, or one that the other list has not; where it stands, or would, in each. */
export interface Pair {
  readonly a: unknown;
  readonly b: unknown;
  readonly index: { readonly a: number; readonly b: number };
}

/** Larger products of lengths are paired by position: a table of this many cells is what memory and patience bear. */
const MOST_CELLS = 4_000_000;

/**
 * Pairs in the order of the second list. Elements belong together that have the same `name`, else those that are equal (a longest
 * common subsequence); between two of these by position.
 */
export function aligned(a: readonly unknown[], b: readonly unknown[]): readonly Pair[] {
  const [keys, others] = [a.map(keyOf), b.map(keyOf)];
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  const pass = (endA: number, endB: number): void => {
    while (i < endA || j < endB) {
      const isBoth = i < endA && j < endB && keys[i]![0] !== 'name' && others[j]![0] !== 'name';
      const [hasA, hasB] = [isBoth || i < endA, isBoth || i >= endA];
      pairs.push({ a: hasA ? a[i] : undefined, b: hasB ? b[j] : undefined, index: { a: i, b: j } });
      if (hasA) i++;
      if (hasB) j++;
    }
  };
  for (const [x, y] of common(keys.map(String), others.map(String))) {
    pass(x, y);
    pairs.push({ a: a[i], b: b[j], index: { a: i++, b: j++ } });
  }
  pass(a.length, b.length);
  return pairs;
}

export const isTextOfLines = (value: unknown): value is string =>
  typeof value === 'string' && value.includes('\n');

type Key = readonly [by: 'name' | 'value', text: string];

function keyOf(element: unknown): Key {
  const name = typeof element === 'object' && element !== null && 'name' in element && element.name;
  return typeof name === 'string' ? ['name', name] : ['value', JSON.stringify(element)];
}

/** Indexes of a longest common subsequence. */
function common(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const head = Array.from({ length: start }, (_, i) => [i, i] as const);
  const tail = Array.from({ length: a.length - endA }, (_, i) => [endA + i, endB + i] as const);
  const middle = inTable(a.slice(start, endA), b.slice(start, endB));
  return [...head, ...middle.map(([i, j]) => [start + i, start + j] as const), ...tail];
}

function inTable(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  if (a.length * b.length > MOST_CELLS) return [];
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const [down, right] = [lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!];
      lengths[i * width + j] = a[i] === b[j] ? lengths[(i + 1) * width + j + 1]! + 1 : Math.max(down, right);
    }
  const found: (readonly [number, number])[] = [];
  for (let [i, j] = [0, 0]; i < a.length && j < b.length;) {
    if (a[i] === b[j]) found.push([i++, j++]);
    else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i++;
    else j++;
  }
  return found;
}
