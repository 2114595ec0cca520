import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { culpritsOf } from './cause.ts';

const holding =
  (...sets: readonly (readonly number[])[]) =>
  (changes: readonly number[]): boolean =>
    sets.some((set) => set.every((one) => changes.includes(one)));

test.each<[string, number, readonly (readonly number[])[], readonly number[] | undefined]>([
  ['one change does it', 40, [[17]], [17]],
  ['two do it together', 40, [[3, 39]], [3, 39]],
  ['one does it and so do two others', 8, [[0, 1], [7]], [7]],
  ['all are needed', 3, [[0, 1, 2]], [0, 1, 2]],
  ['not even all of them do it', 3, [[0, 9]], undefined],
  ['there is none, and that is enough', 0, [[]], []],
])('when %s then these are the culprits', (_what, count, sets, expected) => {
  expect(culpritsOf(count, holding(...sets))?.changes).toEqual(expected);
});

test('when changes stand in the way of others then the set is as small as trying all sets finds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.infiniteStream(fc.boolean()), (count, coins) => {
      const all = Array.from({ length: count }, (_, i) => i);
      const known = new Map<string, boolean>([[all.join(), true]]);
      const does = (set: readonly number[]): boolean => {
        const key = set.join();
        if (!known.has(key)) known.set(key, coins.next().value as boolean);
        return known.get(key)!;
      };
      const found = culpritsOf(count, does)!;
      expect(does(found.changes)).toBe(true);
      expect(found.isSmallest).toBe(true);
      for (let bits = 1; bits < 2 ** count; bits++) {
        const set = all.filter((i) => bits & (1 << i));
        if (set.length < found.changes.length) expect(does(set)).toBe(false);
      }
    }),
    { numRuns: 300, seed: 5 },
  );
});

test('when there are too many smaller sets to try then it is said that the set may not be the smallest', () => {
  const needed = [1, 500, 999];
  const found = culpritsOf(1000, holding(needed));
  expect(found).toEqual({ changes: needed, isSmallest: false });
});
