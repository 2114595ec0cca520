/** Sets of integers as sorted ranges: addresses, ports, protocols, flag bytes. */
import type { Value } from './address.ts';

/** Bounds of disjoint ranges, ascending and both ends included: [low, high, low, high, …]. Empty is []. */
export type IntegerSet = readonly Value[];

export interface Range {
  readonly first: Value;
  readonly last: Value;
}

const after = (value: Value): Value => (typeof value === 'number' ? value + 1 : value + 1n);
const before = (value: Value): Value => (typeof value === 'number' ? value - 1 : value - 1n);

/** The union of ranges, in any order, overlapping or not. */
export function setOf(ranges: Iterable<Range>): IntegerSet {
  const sorted = [...ranges].toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const bounds: Value[] = [];
  for (const { first, last } of sorted) {
    const open = bounds.at(-1);
    if (open !== undefined && first <= after(open)) {
      if (last > open) bounds[bounds.length - 1] = last;
    } else bounds.push(first, last);
  }
  return bounds;
}

export const single = (value: Value): IntegerSet => [value, value];

export const range = (first: Value, last: Value): IntegerSet => [first, last];

export const EMPTY: IntegerSet = [];

/** Whether the set holds `value`; logarithmic in the number of ranges. */
export function has(set: IntegerSet, value: Value): boolean {
  if (set.length === 2) return value >= set[0]! && value <= set[1]!;
  let low = 0;
  let high = set.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value > set[2 * middle + 1]!) low = middle + 1;
    else high = middle;
  }
  return 2 * low < set.length && value >= set[2 * low]!;
}

export const rangesOf = (set: IntegerSet): Range[] =>
  Array.from({ length: set.length / 2 }, (_, i) => ({ first: set[2 * i]!, last: set[2 * i + 1]! }));

/** What is in `a` and not in `b`. */
export function minus(a: IntegerSet, b: IntegerSet): IntegerSet {
  const bounds: Value[] = [];
  const holes = rangesOf(b);
  for (const { first, last } of rangesOf(a)) {
    let start = first;
    for (const hole of holes) {
      if (hole.last < start || hole.first > last) continue;
      if (hole.first > start) bounds.push(start, before(hole.first));
      start = after(hole.last);
    }
    if (start <= last) bounds.push(start, last);
  }
  return bounds;
}
