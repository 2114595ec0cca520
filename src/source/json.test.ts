import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDocument, type Document } from './document.ts';
import { jsonLayouts } from './json-places.ts';
import { readJson } from './json.ts';
import { readWithLibrary } from './library-yaml.ts';
import { Lines } from './lines.ts';
import { formatPosition } from './position.ts';
import { Reading, type Layout } from './reading.ts';

const TEXT = `{
  "machines": {
    "nva1": { "size": 0.10, "note": "a { brace, \\"quotes\\" and \\\\" },
    "nva2": { "size": null, "tags": ["a", "b"] }
  }
}
`;

/** More than is read as YAML. */
const large = (text: string): string => text + ' '.repeat(9 * 1024 * 1024);

function documentOf(text: string): Document {
  const { document, diagnostics } = readDocument('net.json', text);
  expect(diagnostics).toEqual([]);
  return document!;
}

const problemsOf = (text: string): readonly string[] =>
  readDocument('net.json', text).diagnostics.map(
    ({ at, code, message }) => `${at?.line}:${at?.column} ${code} ${message}`,
  );

describe('JSON, where', () => {
  test.each([
    ['', 'value', '1:1'],
    ['/machines/nva1', 'key', '3:5'],
    ['/machines/nva1/size', 'value', '3:23'],
    ['/machines/nva2/tags/1', 'value', '4:43'],
    ['/machines/nva3', 'value', '2:15'],
  ] as const)('when asked for %s (%s), then it is at %s', (pointer, part, expected) => {
    const position = (text: string): string => formatPosition(documentOf(text).locate(pointer, part));
    expect(position(TEXT)).toBe(`net.json:${expected}`);
    expect(position(TEXT.replaceAll('  ', '\t\t'))).toBe(`net.json:${expected}`);
    expect(position(large(TEXT))).toBe(`net.json:${expected}`);
  });

  test('when a scalar is asked for, then it is as it was written, in a large file too', () => {
    for (const text of [TEXT, large(TEXT)]) {
      expect(documentOf(text).sourceOf('/machines/nva1/size')).toBe('0.10');
      expect(documentOf(text).sourceOf('/machines/nva2/size')).toBe('null');
    }
  });

  test('when a value is set, then it is there and the rest stays where it was', () => {
    const result = documentOf(TEXT).set('machines.nva1.size', '7');
    if ('problem' in result) throw new Error(result.problem.message);
    const { document } = result;
    expect(document.value).toMatchObject({ machines: { nva1: { size: 7 }, nva2: { tags: ['a', 'b'] } } });
    expect(formatPosition(document.locate('/machines/nva1/size'))).toBe('--set machines.nva1.size:1:1');
    expect(formatPosition(document.locate('/machines/nva2'))).toBe('net.json:4:13');
  });
});

describe('JSON, what is wrong', () => {
  test.each([
    ['{"a": 1, "b": {"a": 2}, "a": 3}', ['1:25 key-duplicate', 'first at line 1, column 2']],
    ['{"a": [{"b": 1}, {"b": 2, "c": "}", "b": 3}]}', ['1:37 key-duplicate', 'first at line 1, column 19']],
    ['{"\\"": 1, "\\u0022": 2}', ['1:11 key-duplicate', 'first at line 1, column 2']],
    ['{"a": [12, 12345678901234567890]}', ['1:12 value-invalid', '12345678901234567890']],
    ['{"a": {"\\u001b": 1}}', ['1:8 name-invalid', 'control characters']],
    ['{"__proto__": {"toString": 1}}', ['1:2 name-invalid', '"__proto__"']],
    [`{"a": ${'['.repeat(70)}${']'.repeat(70)}}`, ['1:7', 'more than 64']],
  ])('when the text is %s, then it says so at any size', (text, [head = '', part = '']) => {
    for (const problems of [problemsOf(text), problemsOf(large(text))]) {
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain(head);
      expect(problems[0]).toContain(part);
    }
  });

  test('when a key is refused, then the document is without it', () => {
    const { document } = readDocument('net.json', '{"__proto__": {"a": 1}, "b": {"c\\u0007": 1}}');
    expect(document?.value).toEqual({ b: {} });
  });
});

describe('JSON, what is YAML after all', () => {
  test.each([
    ['{a: 1, "b": two}', { a: 1, b: 'two' }],
    [`{a: '${'['.repeat(99)}'}`, { a: '['.repeat(99) }],
    ['{"a": 1e999}', { a: '1e999' }],
    ['{"a": 1, # comment\n}', { a: 1 }],
    ['{"a": "\\x41"}', { a: 'A' }],
  ])('when the text is %j, then it is read', (text, expected) => {
    expect(documentOf(text).value).toEqual(expected);
  });
});

const key = fc.constantFrom('a', 'b', '10', '2', 'constructor', '\u0007', '"', '\\', '{', 'é');
const { value: json } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('1', '-0', '1.50', '1e5', '12345678901234567890', 'true', 'null', '""', '"]"', '" x "'),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc
      .array(
        fc.tuple(key, tie('value')).map(([name, value]) => `${JSON.stringify(name)}: ${value}`),
        { maxLength: 4 },
      )
      .map((pairs) => `{${pairs.join(',\n ')}}`),
  ),
}));
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat({ max: 3 }),
  insert: fc.constantFrom('', ...'{}[],:"\\ \n\t0-x#'.split('')),
});
const edited = fc.tuple(json, fc.array(edit, { maxLength: 2 })).map(([start, edits]) =>
  edits.reduce((text, { at, remove, insert }) => {
    const offset = Math.floor(at * text.length);
    return text.slice(0, offset) + insert + text.slice(offset + remove);
  }, `{"x": ${start}}`),
);

/** The layouts of a value and all that is in it, in its own order. */
const placesIn = (value: unknown, layouts: WeakMap<object, Layout>): unknown =>
  typeof value === 'object' && value !== null
    ? [layouts.get(value), ...Object.values(value).map((part) => placesIn(part, layouts))]
    : undefined;

describe('JSON and the library', () => {
  test('when JSON is read, then the library reads the same values at the same places and finds the same problems', () => {
    let accepted = 0;
    const compare = (text: string): void => {
      const lines = new Lines('net.json', text);
      const fast = new Reading(lines);
      const root = readJson(fast);
      if (root === undefined) return;
      const slow = new Reading(lines);
      const golden = readWithLibrary(slow);
      const byOffset = (reading: Reading) => reading.problems.toSorted((a, b) => a.offset - b.offset);
      expect(byOffset(fast)).toEqual(byOffset(slow));
      expect(root.offset).toBe(golden.offset);
      // Of a key that stands twice the one takes the last value, the other the first.
      if (fast.problems.some(({ code }) => code === 'key-duplicate')) return;
      expect(root.value).toEqual(golden.value);
      expect(placesIn(root.value, jsonLayouts(text, root.offset, root.value))).toEqual(
        placesIn(golden.value, slow.layouts),
      );
      accepted++;
    };
    fc.assert(fc.property(edited, compare), { numRuns: 3000, seed: 5 });
    expect(accepted).toBeGreaterThan(1000);
  });
});
