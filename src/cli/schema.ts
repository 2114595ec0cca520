/** `nettrace schema NAME`: the published JSON Schemas. */
import check from '../../schema/check.schema.json' with { type: 'json' };
import compare from '../../schema/compare.schema.json' with { type: 'json' };
import decode from '../../schema/decode.schema.json' with { type: 'json' };
import expectations from '../../schema/expectations.schema.json' with { type: 'json' };
import report from '../../schema/report.schema.json' with { type: 'json' };
import routes from '../../schema/routes.schema.json' with { type: 'json' };
import topology from '../../schema/topology.schema.json' with { type: 'json' };
import { renderJson } from '../render/json.ts';
import { unknownName } from './load.ts';
import { write } from './write.ts';

const SCHEMAS: Readonly<Record<string, object>> = {
  topology,
  expectations,
  report,
  check,
  compare,
  routes,
  decode,
};

export const SCHEMA_NAMES = Object.keys(SCHEMAS);

export function schemaCommand(name: string): void {
  if (!Object.hasOwn(SCHEMAS, name)) throw unknownName('schema', name, SCHEMA_NAMES, 'schema');
  write(undefined, renderJson(SCHEMAS[name]!, {}));
}
