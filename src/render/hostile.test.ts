/** Reports whose every name was written by somebody who means harm. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WalkReport } from '../report/report.ts';
import type { EffectiveRouteFact, RoutesReport } from '../report/routes.ts';
import { renderCapture } from './capture.ts';
import { DELIVERED } from './delivered.fixture.ts';
import { INVALID } from './invalid.fixture.ts';
import { renderJson } from './json.ts';
import { WIDTH } from './line.ts';
import { renderMinimal } from './minimal.ts';
import { renderRoutes } from './routes.ts';
import { renderText } from './text.ts';
import { EXPIRED, TRANSLATED } from './translated.fixture.ts';

/** Keys whose strings come from closed lists, not from a file. */
const CLOSED = new Set([
  'type',
  'verdict',
  'reason',
  'direction',
  'did',
  'how',
  'why',
  'code',
  'health',
  'phase',
  'command',
]);

/** The value with every open string replaced by the next one of `names`, over and over. */
function renamed<T>(value: T, names: readonly string[]): T {
  let next = 0;
  const visit = (one: unknown, key: string): unknown => {
    if (typeof one === 'string') return CLOSED.has(key) ? one : (names[next++ % names.length] ?? one);
    if (Array.isArray(one)) return one.map((item) => visit(item, key));
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, below]) => [name, visit(below, name)]));
  };
  return visit(value, '') as T;
}

const EVIL = [
  '\u001b]0;owned\u0007',
  '\u009b2J',
  'a\r\nDELIVERED both ways',
  '\u202etxt.exe',
  '\u0000\u0008\u007f',
  '\u2028',
  '日本語',
  ' '.repeat(150),
  'x'.repeat(400),
  '',
  '__proto__',
  '-- back: ',
];

const names = fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 250 }), fc.constantFrom(...EVIL)), {
  minLength: 1,
  maxLength: 40,
});
const reports = fc.constantFrom<WalkReport>(DELIVERED, INVALID, TRANSLATED, EXPIRED);

/** Letters, marks, digits, punctuation and symbols of any script, and blanks; nothing of them invisible. */
const PRINTABLE = /^[\n \p{L}\p{M}\p{N}\p{P}\p{S}]*$/u;
const INVISIBLE = /\p{Cf}|\u3164|\ufe0f|\u2800/u;

const expectHarmless = (text: string): void => {
  expect(text).toMatch(PRINTABLE);
  expect(text).not.toMatch(INVISIBLE);
  expect(text.endsWith('\n')).toBe(true);
};

const expectNarrow = (text: string): void =>
  expect(text.split('\n').filter((line) => line.length > WIDTH)).toEqual([]);

describe('when names are hostile then nothing is printed that cannot be seen', () => {
  test('in text, which stays within its columns at every detail', () => {
    fc.assert(
      fc.property(reports, names, fc.constantFrom(0, 1, 2), (report, pool, detail) => {
        const text = renderText(renamed(report, pool), { detail });
        expectHarmless(text);
        expectNarrow(text);
      }),
      { examples: [0, 1, 2].map((detail) => [DELIVERED, EVIL, detail as 0 | 1 | 2]) },
    );
  });

  test('in one line a walk, as many as there are walks', () => {
    fc.assert(
      fc.property(reports, names, (report, pool) => {
        const text = renderMinimal(renamed(report, pool));
        expectHarmless(text);
        expect(text.split('\n')).toHaveLength(report.walks.length + 1);
      }),
    );
  });

  test('in a capture', () => {
    fc.assert(
      fc.property(reports, names, (report, pool) => {
        const hostile = renamed(report, pool);
        const [node = '', port = ''] = [
          hostile.walks[0]?.hops[0]?.node,
          hostile.walks[0]?.hops[0]?.out?.port,
        ];
        const { text } = renderCapture(hostile, { node, port });
        if (text !== undefined && text !== '') expectHarmless(text);
      }),
    );
  });

  test('in JSON, which keeps every value', () => {
    fc.assert(
      fc.property(reports, names, (report, pool) => {
        const hostile = renamed(report, pool);
        // oxlint-disable-next-line no-control-regex -- these are the characters that it is about
        expect(renderJson(hostile)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
        expect(JSON.parse(renderJson(hostile))).toEqual(hostile);
      }),
      { numRuns: 20 },
    );
  });

  test('in a route table', () => {
    const route: EffectiveRouteFact = {
      name: 'to-spoke1',
      source: 'User',
      state: 'Active',
      addressPrefix: ['10.1.0.0/24', '10.2.0.0/24'],
      nextHopType: 'VirtualAppliance',
      nextHopIpAddress: ['10.0.1.6'],
      disableBgpRoutePropagation: false,
      at: 'a.yaml:1:1',
    };
    const report: RoutesReport = {
      version: 1,
      command: 'routes',
      topology: { name: 'hub', file: 'hub.yaml' },
      of: 'nva1/eth0',
      subnet: 'vnet-hub/snet-nva',
      value: [route, route],
      destination: { address: '10.1.0.4', winner: route, rejected: [{ ...route, why: 'shorter-prefix' }] },
    };
    fc.assert(
      fc.property(names, (pool) => {
        const text = renderRoutes(renamed(report, pool));
        expectHarmless(text);
        expectNarrow(text);
      }),
    );
  });
});
