// What `nettrace compare` says is true of the files: the JSON is what its schema promises, and the cause is a cause.
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMPARE_SCHEMA } from '../src/report/compare-schema.ts';
import type { CompareReport } from '../src/report/compare.ts';
import { GOLDEN } from './golden/all.ts';
import { openRunner, type Runner } from './golden/run.ts';

const isReport = new Ajv({ strict: true, allowUnionTypes: true }).compile(COMPARE_SCHEMA);
const CASES = GOLDEN.filter(
  ({ golden }) => golden.command.startsWith('nettrace compare ') && golden.outcome.stdout !== '',
);

test('when comparisons are looked for then there are some', () => expect(CASES.length).toBeGreaterThan(5));

const MINUTE = 60_000;

let runner: Runner | undefined;
beforeAll(() => {
  runner = openRunner();
}, MINUTE);
afterAll(() => runner?.close());

describe.each(CASES.map((one) => [one.name, one.golden] as const))('%s', (_name, golden) => {
  test(
    'when it is printed as JSON then it is what the schema promises',
    async () => {
      const command = golden.command.includes('--format json')
        ? golden.command
        : `${golden.command} --format json`;
      const { stdout, status } = await runner!.run({ ...golden, command });
      const report = JSON.parse(stdout) as CompareReport;
      expect(isReport(report), JSON.stringify(isReport.errors)).toBe(true);
      expect(status).toBe(golden.outcome.status);
      for (const { difference } of report.flows) {
        if (!difference) continue;
        expect(difference.partings.length).toBeGreaterThan(0);
        for (const parting of difference.partings)
          for (const side of ['a', 'b'] as const) {
            const at = parting[side];
            if (at) expect(difference[side].walks[at.walk]!.hops[at.hop]!.steps[at.step]).toBeDefined();
          }
        for (const change of difference.cause?.changes ?? []) expect(report.changes[change]).toBeDefined();
      }
    },
    MINUTE,
  );
});
