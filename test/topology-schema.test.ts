import { readFileSync, writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { describe, expect, it } from 'vitest';
import { topologySchema } from '../src/topology/shape.ts';

const FILE = 'schema/topology.schema.json';

/** The published schema, made from the kinds. */
const made = (): string => {
  const schema = toJsonSchema(topologySchema, { typeMode: 'input', target: 'draft-07' });
  const titled = { ...schema, title: 'nettrace topology', description: 'A network that nettrace can walk.' };
  return `${JSON.stringify(titled, null, 2)}\n`;
};

describe('schema/topology.schema.json', () => {
  it('when the kinds change, then the published schema changes with them', () => {
    if (process.env['UPDATE'] === '1' && (process.env['CI'] ?? '') === '') writeFileSync(FILE, made());
    expect(readFileSync(FILE, 'utf8')).toBe(made());
  });
});
