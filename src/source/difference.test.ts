import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { differencesOf, withDifferences } from './difference.ts';

const told = (a: unknown, b: unknown): readonly string[] =>
  differencesOf(a, b).map(({ before, after, at }) => {
    const place = ({ keys, line }: (typeof at)['a']): string =>
      keys.join('.') + (line === undefined ? '' : `#${line}`);
    const where = place(at.a) === place(at.b) ? place(at.a) : `${place(at.a)} ${place(at.b)}`;
    return `${where}: ${JSON.stringify(before) ?? 'nothing'} -> ${JSON.stringify(after) ?? 'nothing'}`;
  });

test.each<[string, unknown, unknown, readonly string[]]>([
  ['a value changed', { a: { b: 1 } }, { a: { b: 2 } }, ['a.b: 1 -> 2']],
  ['its type changed', { a: [1] }, { a: { b: 1 } }, ['a: [1] -> {"b":1}']],
  ['a key was removed and another added', { a: 1 }, { b: 1 }, ['a: 1 -> nothing', 'b: nothing -> 1']],
  ['a key has the value null', { a: null }, {}, ['a: null -> nothing']],
  ['keys are in another order', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
  ['an element is added in front', { a: [1, 2] }, { a: [0, 1, 2] }, ['a.0: nothing -> 0']],
  ['an element is removed', { a: [1, 2, 3] }, { a: [1, 3] }, ['a.1: 2 -> nothing']],
  ['an element is changed', { a: [1, 2, 3] }, { a: [1, 5, 3] }, ['a.1: 2 -> 5']],
  [
    'an element with a name is changed behind one that is new',
    { routes: [{ name: 'x', to: 1 }] },
    {
      routes: [
        { name: 'w', to: 0 },
        { name: 'x', to: 2 },
      ],
    },
    ['routes.0: nothing -> {"name":"w","to":0}', 'routes.0.to routes.1.to: 1 -> 2'],
  ],
  [
    'an element has another name',
    [{ name: 'x' }],
    [{ name: 'y' }],
    ['0: {"name":"x"} -> nothing', '1 0: nothing -> {"name":"y"}'],
  ],
  [
    'a line of a text is added and another changed',
    { text: '*filter\n-A one\n-A two\nCOMMIT\n' },
    { text: '*filter\n-A zero\n-A one\n-A 2\nCOMMIT\n' },
    ['text#2: nothing -> "-A zero"', 'text#3 text#4: "-A two" -> "-A 2"'],
  ],
  ['a text becomes one of several lines', { text: 'x' }, { text: 'x\ny' }, ['text: "x" -> "x\\ny"']],
])('when %s then that is the difference', (_what, a, b, expected) => {
  expect(told(a, b)).toEqual(expected);
});

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(0, 1, null, true, 'x', 'x\ny', 'y\nx\ny', ''),
    fc.array(tie('any'), { maxLength: 5 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'name'), tie('any')),
  ),
})).any;

test('when all differences are made then the first value is the second, and none leaves it as it was', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      const all = differencesOf(a, b);
      expect(withDifferences(a, b, new Set(all.keys()))).toEqual(b);
      expect(withDifferences(a, b, new Set())).toEqual(a);
      expect(differencesOf(b, b)).toEqual([]);
    }),
    { numRuns: 2000, seed: 5 },
  );
});
