/** "Did you mean": the candidate a misspelt word is nearest to. */

const LONGEST = 64;
const MOST_CANDIDATES = 2000;

/**
 * The candidate that equals `word` but for case, else the nearest within a third of its letters (at most three)
 * by insertions, deletions, substitutions and swaps of neighbours; the first of equals. Undefined when there is
 * none. Words beyond 64 characters and candidates beyond the first 2000 are not compared, which bounds the time.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST) return undefined;
  const lower = word.toLowerCase();
  let limit = Math.min(3, Math.floor(word.length / 3));
  let best: string | undefined;
  let seen = 0;
  for (const candidate of candidates) {
    if (++seen > MOST_CANDIDATES) break;
    if (Math.abs(candidate.length - word.length) > 3) continue;
    const other = candidate.toLowerCase();
    if (other === lower) return candidate;
    const distance = editDistance(lower, other);
    if (distance > limit) continue;
    best = candidate;
    limit = distance - 1;
  }
  return best;
}

/** Optimal string alignment: Damerau-Levenshtein where no part is edited twice. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let distance = Math.min(
        above[column]! + 1,
        current[column - 1]! + 1,
        above[column - 1]! + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        distance = Math.min(distance, before[column - 2]! + 1);
      }
      current.push(distance);
    }
    before = above;
    above = current;
  }
  return above[b.length]!;
}
