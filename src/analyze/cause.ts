/** Which of many changes make a difference: a smallest set that does. */

export interface Culprits {
  /** In ascending order. */
  readonly changes: readonly number[];
  /** All smaller sets were tried, and none does. */
  readonly isSmallest: boolean;
}

/** Sets that are tried at most in search of one that is smaller than what narrowing down has left. */
const MOST_TRIED = 256;

/**
 * Of changes 0 to `count - 1`, a set that `does` the same as all of them; undefined where not even all of them do. Narrowed
 * down by halves (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002: ddmin), which leaves a set of
 * which nothing can be left out; then smaller sets are tried, the smallest first.
 */
export function culpritsOf(
  count: number,
  does: (changes: readonly number[]) => boolean,
): Culprits | undefined {
  const all = Array.from({ length: count }, (_, i) => i);
  if (!does(all)) return undefined;
  const narrowed = narrow(all, does);
  let left = MOST_TRIED;
  for (let size = 1; size < narrowed.length; size++) {
    for (const set of setsOf(all, size)) {
      if (left-- === 0) return { changes: narrowed, isSmallest: false };
      if (does(set)) return { changes: set, isSmallest: true };
    }
  }
  return { changes: narrowed, isSmallest: true };
}

function narrow(all: readonly number[], does: (changes: readonly number[]) => boolean): readonly number[] {
  let left = all;
  for (let parts = 2; left.length > 1;) {
    const size = Math.ceil(left.length / parts);
    const chunks = Array.from({ length: Math.ceil(left.length / size) }, (_, i) =>
      left.slice(i * size, (i + 1) * size),
    );
    const chunk = chunks.find((one) => does(one));
    const rest = chunk ?? chunks.map((one) => left.filter((i) => !one.includes(i))).find((one) => does(one));
    if (rest) {
      left = rest;
      parts = chunk ? 2 : Math.max(parts - 1, 2);
    } else if (size === 1) break;
    else parts = Math.min(parts * 2, left.length);
  }
  return left;
}

/** All subsets of this size, in lexical order. */
function* setsOf(all: readonly number[], size: number): Generator<readonly number[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [i, first] of all.entries())
    for (const others of setsOf(all.slice(i + 1), size - 1)) yield [first, ...others];
}
