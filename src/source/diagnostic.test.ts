import { describe, expect, test } from 'vitest';
import { DIAGNOSTICS, Diagnostics, type Diagnostic } from './diagnostic.ts';
import { formatPosition } from './position.ts';
import { printable } from './printable.ts';

const diagnostic = (
  file: string,
  line: number,
  column: number,
  part: Partial<Diagnostic> = {},
): Diagnostic => ({
  code: 'value-invalid',
  severity: 'error',
  message: 'm',
  at: { file, line, column },
  ...part,
});

describe('Diagnostics', () => {
  test('when they are reported in any order, then they come sorted by file, line, column and code', () => {
    const diagnostics = new Diagnostics();
    diagnostics.report(diagnostic('b', 1, 1), diagnostic('a', 10, 1), diagnostic('a', 9, 2));
    diagnostics.report(
      diagnostic('a', 9, 1, { code: 'type-wrong' }),
      diagnostic('a', 9, 1, { code: 'key-unknown' }),
    );
    diagnostics.report({ code: 'setting-invalid', severity: 'error', message: 'nowhere' });
    expect(diagnostics.all.map(({ at, code }) => `${at ? formatPosition(at) : '-'} ${code}`)).toEqual([
      '- setting-invalid',
      'a:9:1 key-unknown',
      'a:9:1 type-wrong',
      'a:9:2 value-invalid',
      'a:10:1 value-invalid',
      'b:1:1 value-invalid',
    ]);
  });

  test('when some are warnings, then errors and warnings are told apart', () => {
    const diagnostics = new Diagnostics();
    diagnostics.report(diagnostic('a', 2, 1, { severity: 'warning' }), diagnostic('a', 1, 1));
    expect(diagnostics.errors).toHaveLength(1);
    expect(diagnostics.warnings).toHaveLength(1);
  });
});

describe('DIAGNOSTICS', () => {
  test.each(Object.entries(DIAGNOSTICS))(
    'when %s is explained, then it has a summary, a condition and a fix',
    (code, texts) => {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(texts.summary).toMatch(/^\S.*[^.]$/);
      expect(texts.condition).toMatch(/^[A-Z`\d].*\.$/);
      expect(texts.fix).toMatch(/\S/);
    },
  );
});

describe('printable', () => {
  test.each([
    ['plain text, Grüße 😀', 'plain text, Grüße 😀'],
    ['a\u001b[31mb', String.raw`a\u001b[31mb`],
    ['a\nb\tc\r', String.raw`a\nb\tc\r`],
    ['\u007f\u009b\u2028\u202e\u2066\u0000\ufeff', String.raw`\u007f\u009b\u2028\u202e\u2066\u0000\ufeff`],
    ['\ud800', String.raw`\ud800`],
    ['x'.repeat(61), `${'x'.repeat(59)}…`],
    ['x'.repeat(60), 'x'.repeat(60)],
  ])('when the text is %j, then %j is printed', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test('when a limit is given, then it holds', () => {
    expect(printable('abcdef', 4)).toBe('abc…');
  });
});
