/** Our own reading of the schemas finds a fault wherever another program does. */
import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHECK_SCHEMA } from './check-schema.ts';
import type { CheckReport } from './check.ts';
import { faultIn } from './conforms.ts';

const isReport = new Ajv({ strict: false }).compile(CHECK_SCHEMA);

const place = { file: 'net.yaml', line: 3, column: 5 };
const REPORT: CheckReport = {
  version: 1,
  command: 'check',
  outcome: 'failed',
  counts: {
    files: 1,
    errors: 0,
    warnings: 0,
    expectations: 1,
    flows: 1,
    held: 0,
    failed: 1,
    warned: 0,
    known: 0,
    unknown: 0,
    lintErrors: 1,
    lintWarnings: 0,
    suppressed: 0,
  },
  shard: { index: 1, count: 2 },
  files: [
    {
      file: 'net.yaml',
      topology: null,
      diagnostics: [{ code: 'key-unknown', severity: 'warning', message: 'no key', at: place }],
      findings: [
        {
          code: 'peering-one-sided',
          severity: 'error',
          outcome: 'found',
          about: [{ name: 'vnet', value: 'hub' }],
          at: place,
          pointer: '/vnets/hub/peerings/spoke',
          related: [{ what: 'the other', at: place }],
        },
      ],
      expectations: [
        {
          name: 'passes',
          severity: 'error',
          at: place,
          flows: 1,
          outcome: 'failed',
          failures: [
            {
              flow: { src: '10.0.0.1', dst: '10.0.0.2', proto: 'icmp' },
              outcome: 'failed',
              violations: [
                {
                  code: 'expect-via',
                  way: 'forward',
                  expected: ['a', 'b'],
                  found: null,
                  at: place,
                  hop: { number: 1, node: 'a' },
                },
              ],
            },
          ],
        },
      ],
    },
  ],
  staleFindings: [],
  maxWarnings: null,
  stale: [{ file: 'net.yaml', expectation: 'passes', code: 'expect-ttl', flow: 'a > b icmp' }],
  rules: [{ code: 'expect-via', summary: 'not', condition: 'is' }],
};

/** The report with the `nth` of its values or keys another one. */
function broken(nth: number, other: unknown, isKey: boolean): unknown {
  let count = 0;
  const visit = (value: unknown): unknown => {
    if (count++ === nth && !isKey) return other;
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [count === nth && isKey ? 'other' : key, visit(one)]),
    );
  };
  return visit(REPORT);
}

test('when a report is whole then it conforms', () => {
  expect(isReport(REPORT)).toBe(true);
  expect(faultIn(REPORT, CHECK_SCHEMA)).toBeUndefined();
});

test('when any part of it is another one then both find a fault or neither does', () => {
  const other = fc.constantFrom<unknown>(null, '', 'failed', 0, 1, -1, 1.5, true, [], {}, ['a'], [[]]);
  fc.assert(
    fc.property(fc.nat(80), other, fc.boolean(), (nth, value, isKey) => {
      const report = broken(nth, value, isKey);
      expect(faultIn(report, CHECK_SCHEMA) === undefined).toBe(isReport(report));
    }),
    { numRuns: 3000 },
  );
});

test('when a part is at fault then its path is told', () => {
  const { files } = REPORT;
  expect(faultIn({ ...REPORT, files: [...files, { ...files[0], file: 1 }] }, CHECK_SCHEMA)).toBe(
    '.files[1].file',
  );
  expect(faultIn([], CHECK_SCHEMA)).toBe('');
});
