import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDocument } from './document.ts';

const MEBIBYTE = 1024 * 1024;

const repeat = (unit: string, length: number): string => unit.repeat(Math.ceil(length / unit.length));

/** Each level repeats the one below nine times. */
function aliasBomb(levels: number): string {
  const level = (index: number): string =>
    `a${index}: &a${index} [${Array(9)
      .fill(`*a${index - 1}`)
      .join(', ')}]\n`;
  return `a0: &a0 [x]\n${Array.from({ length: levels }, (_, index) => level(index + 1)).join('')}`;
}

const mergeBomb = `a: &a {${Array.from({ length: 2000 }, (_, index) => `k${index}: 1`).join(', ')}}\nb:\n${repeat('- {<<: *a}\n', 20_000)}`;
const deepAnchors = `a0: &a0 [x]\n${Array.from({ length: 80 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}]\n`).join('')}`;

const HOSTILE: readonly (readonly [when: string, code: string, content: () => string | Uint8Array])[] = [
  ['aliases expand to billions', 'document-too-many-aliases', () => aliasBomb(12)],
  ['merge keys expand to millions', 'document-too-many-aliases', () => mergeBomb],
  ['anchors nest by way of aliases', 'document-too-deep', () => deepAnchors],
  ['100,000 brackets open', 'document-too-deep', () => '['.repeat(100_000)],
  [
    '100,000 brackets open and close',
    'document-too-deep',
    () => `a: ${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  ],
  ['100,000 braces open', 'document-too-deep', () => '{a: '.repeat(100_000)],
  ['100,000 braces open in JSON', 'document-too-deep', () => '{"a":'.repeat(100_000)],
  ['20 MiB of brackets open in JSON', 'document-too-deep', () => `{"a":${'['.repeat(20 * MEBIBYTE)}`],
  ['100,000 dashes stand in a line', 'document-too-deep', () => '- '.repeat(100_000)],
  ['100,000 question marks stand in a line', 'document-too-deep', () => '? '.repeat(100_000)],
  [
    '100 levels are indented',
    'document-too-deep',
    () => Array.from({ length: 100 }, (_, index) => `${' '.repeat(index)}a:\n`).join(''),
  ],
  [
    'an anchored list is 100 levels deep',
    'document-too-deep',
    () => `a: &a 1\nb: ${'['.repeat(100)}${']'.repeat(100)}`,
  ],
  ['YAML has 100 MB', 'document-too-large', () => Buffer.alloc(100_000_000, 'a: 1\n')],
  ['a YAML text has 100 MB', 'document-too-large', () => 'a'.repeat(100_000_000)],
  ['YAML has 9 MiB', 'document-too-large', () => repeat('a: 1\n', 9 * MEBIBYTE)],
  ['JSON has 100 MB', 'document-too-large', () => `{${' '.repeat(100_000_000)}`],
  ['broken JSON has 9 MiB', 'document-too-large', () => `{"a": ${repeat('1,', 9 * MEBIBYTE)}}`],
  [
    'it is 1 MB of random bytes',
    'document-encoding',
    () => Uint8Array.from({ length: 1_000_000 }, (_, index) => (index * 7919 + (index >> 3)) & 255),
  ],
  ['every line is broken', 'yaml-syntax', () => repeat('a: "x\n', MEBIBYTE / 4)],
  ['every character is broken', 'yaml-syntax', () => repeat('[]', MEBIBYTE / 4)],
  ['anchors follow each other', 'yaml-syntax', () => repeat('&a ', MEBIBYTE / 4)],
  ['documents follow each other', 'yaml-syntax', () => repeat('---\n', MEBIBYTE)],
  ['directives follow each other', 'yaml-syntax', () => repeat('%FOO\n', MEBIBYTE)],
  ['every alias is unknown', 'yaml-syntax', () => `a:\n${repeat('- *b\n', MEBIBYTE / 4)}`],
  [
    'every key is there already',
    'key-duplicate',
    () => repeat(Array.from({ length: 20_000 }, (_, index) => `k${index}: 1\n`).join(''), MEBIBYTE),
  ],
];

describe('readDocument, hostile input', () => {
  test.each(HOSTILE)(
    'when %s, then %s is reported in seconds',
    (_when, code, content) => {
      const { diagnostics } = readDocument('net.yaml', content());
      expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain(code);
      expect(diagnostics.length).toBeLessThanOrEqual(101);
    },
    10_000,
  );

  test('when more than 100 problems are found, then the others are counted', () => {
    const { diagnostics } = readDocument('net.yaml', repeat('a: 1\n', 2000));
    expect(diagnostics).toHaveLength(101);
    expect(diagnostics.at(-1)).toMatchObject({
      code: 'problems-omitted',
      message: 'at least 299 more problems are not shown',
    });
  });

  test('when aliases are many but small, then they are fine', () => {
    const { document, diagnostics } = readDocument('net.yaml', `a: &a {x: 1}\nb:\n${'- *a\n'.repeat(5000)}`);
    expect(diagnostics).toEqual([]);
    expect(document?.value).toMatchObject({ b: { length: 5000 } });
  });

  test('when maps and lists are 64 levels deep, then they are fine, and 65 are not', () => {
    const nested = (levels: number): string => `a: ${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}`;
    for (const anchor of ['', '\nb: &b 1']) {
      expect(readDocument('net.yaml', nested(64) + anchor).diagnostics).toEqual([]);
      expect(readDocument('net.yaml', nested(65) + anchor).diagnostics).toMatchObject([
        { code: 'document-too-deep' },
      ]);
    }
  });
});

/** That nothing is thrown and no message can harm a terminal. */
function survives(content: string | Uint8Array): void {
  const { document, diagnostics } = readDocument('net.yaml', content);
  for (const { message, suggestion = '', at } of diagnostics) {
    // oxlint-disable-next-line no-control-regex
    expect(message + suggestion).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
    expect(at?.line).toBeGreaterThan(0);
    expect(at?.column).toBeGreaterThan(0);
  }
  if (document === undefined) expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
  document?.locate('/a/0#1');
  document?.sourceOf('/a');
  document?.set('a.b', 'c');
}

const VALID = `a: &x {k: 1, l: [1, "two", 'three']}
b: *x
c:
  <<: *x
  text: |
    one
     two
  folded: >-
    one
    two
d: ["\\u0041", !!str 1, ~]
? e
: - 1
  - f: 2
`;

describe('readDocument, any input', () => {
  test('when the bytes are random, then nothing is thrown', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), survives), { numRuns: 2000, seed: 1 });
  });

  test('when the text is random, then nothing is thrown', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 100 }), survives), {
      numRuns: 2000,
      seed: 2,
    });
  });

  test('when valid YAML is changed at random, then nothing is thrown', () => {
    const marks = fc.constantFrom(...'\n \t:-?,[]{}#&*!|>\'"%@`\\\u001b\u202e\u0085\r\ufeff0'.split(''));
    const change = fc.tuple(
      fc.nat({ max: VALID.length }),
      fc.nat({ max: 4 }),
      fc.oneof(marks, fc.constant('')),
    );
    const changed = fc
      .array(change, { minLength: 1, maxLength: 5 })
      .map((changes) =>
        changes.reduce(
          (text, [offset, remove, insert]) => text.slice(0, offset) + insert + text.slice(offset + remove),
          VALID,
        ),
      );
    fc.assert(fc.property(changed, survives), { numRuns: 3000, seed: 3 });
  });
});
