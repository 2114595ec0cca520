import { readFileSync, writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { describe, expect, it } from 'vitest';
import { expectationFileSchema } from '../src/topology/expectation-schema.ts';
import { topologySchema } from '../src/topology/shape.ts';

const PUBLISHED = {
  'schema/topology.schema.json': [topologySchema, 'nettrace topology', 'A network that nettrace can walk.'],
  'schema/expectations.schema.json': [
    expectationFileSchema,
    'nettrace expectations',
    'What must hold of flows in a network.',
  ],
} as const;

/** A published schema, made from the kinds. */
const made = ([schema, title, description]: (typeof PUBLISHED)[keyof typeof PUBLISHED]): string =>
  `${JSON.stringify({ ...toJsonSchema(schema, { typeMode: 'input', target: 'draft-07' }), title, description }, null, 2)}\n`;

describe.each(Object.entries(PUBLISHED))('%s', (file, parts) => {
  it('when the kinds change, then the published schema changes with them', () => {
    if (process.env['UPDATE'] === '1' && (process.env['CI'] ?? '') === '') writeFileSync(file, made(parts));
    expect(readFileSync(file, 'utf8')).toBe(made(parts));
  });
});
