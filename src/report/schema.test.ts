/** The published schemas are what the types say today. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CHECK_SCHEMA } from './check-schema.ts';
import { COMPARE_SCHEMA } from './compare-schema.ts';
import { DECODE_SCHEMA } from './decode-schema.ts';
import { ROUTES_SCHEMA } from './routes-schema.ts';
import { REPORT_SCHEMA } from './schema.ts';

const PUBLISHED = {
  'check.schema.json': CHECK_SCHEMA,
  'compare.schema.json': COMPARE_SCHEMA,
  'decode.schema.json': DECODE_SCHEMA,
  'report.schema.json': REPORT_SCHEMA,
  'routes.schema.json': ROUTES_SCHEMA,
};

test.each(Object.entries(PUBLISHED))(
  'when the types change then schema/%s has changed with them',
  (name, schema) => {
    const file = new URL(`../../schema/${name}`, import.meta.url);
    const wanted = `${JSON.stringify(schema, undefined, 2)}\n`;
    if (process.env['UPDATE'] === '1') {
      expect(process.env['CI'], 'CI never rewrites what it checks').toBeUndefined();
      writeFileSync(file, wanted);
    }
    expect(readFileSync(file, 'utf8'), 'stale: run the tests with UPDATE=1').toBe(wanted);
  },
);

test('when an object is described then it has no room for fields that the schema does not name', () => {
  const open: string[] = [];
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return;
    if (
      'type' in schema &&
      schema.type === 'object' &&
      !('additionalProperties' in schema && schema.additionalProperties === false)
    )
      open.push(path);
    for (const [key, below] of Object.entries(schema)) visit(below, `${path}/${key}`);
  };
  visit(PUBLISHED, '');
  expect(open).toEqual([]);
});
