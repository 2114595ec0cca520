/** Whether a value is what one of the published schemas says: as much of JSON Schema as they are written in. */

interface Schema {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** The path of the first part that does not conform, `.files[0].file`; undefined when all does. */
export function faultIn(value: unknown, schema: object): string | undefined {
  const { definitions = {} } = schema as Schema;
  return find(value, schema, definitions, '');
}

type Definitions = NonNullable<Schema['definitions']>;

function find(value: unknown, schema: Schema, definitions: Definitions, path: string): string | undefined {
  if (schema.$ref !== undefined) {
    const named = definitions[schema.$ref.slice('#/definitions/'.length)];
    return named ? find(value, named, definitions, path) : path;
  }
  if (schema.anyOf?.every((one) => find(value, one, definitions, path) !== undefined)) return path;
  if ('const' in schema && value !== schema.const) return path;
  if (schema.enum?.includes(value) === false) return path;
  if (schema.type !== undefined && !isOfType(value, schema.type)) return path;
  if (schema.minimum !== undefined && (value as number) < schema.minimum) return path;
  if (schema.maximum !== undefined && (value as number) > schema.maximum) return path;
  if (Array.isArray(value)) return findInList(value, schema, definitions, path);
  if (typeof value === 'object' && value !== null) return findInObject(value, schema, definitions, path);
  return undefined;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function findInList(
  list: readonly unknown[],
  { items }: Schema,
  definitions: Definitions,
  path: string,
): string | undefined {
  for (const [i, item] of items ? list.entries() : []) {
    const fault = find(item, items!, definitions, `${path}[${i}]`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function findInObject(
  value: object,
  { properties = {}, required = [], additionalProperties }: Schema,
  definitions: Definitions,
  path: string,
): string | undefined {
  const missing = required.find((key) => !Object.hasOwn(value, key));
  if (missing !== undefined) return `${path}.${missing}`;
  for (const [key, one] of Object.entries(value)) {
    const part = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const fault = part
      ? find(one, part, definitions, `${path}.${key}`)
      : additionalProperties === false
        ? `${path}.${key}`
        : undefined;
    if (fault !== undefined) return fault;
  }
  return undefined;
}
