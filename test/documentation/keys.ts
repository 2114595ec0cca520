/** The keys of a topology file as tables, made from its published schema. */

export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly examples?: readonly string[];
}

interface KeyRow {
  readonly key: string;
  readonly what: string;
  readonly default: string;
}

/** One table for the keys at the top, and one for each section. */
export function keyTables(schema: Schema): string {
  const properties = Object.entries(schema.properties ?? {});
  const isSection = ([, one]: (typeof properties)[number]): boolean => elementOf(one) !== undefined;
  const top = properties.filter((one) => !isSection(one)).map(([name, one]) => rowOf(name, one, false));
  return [
    ...table('At the top', undefined, top),
    ...properties.filter(isSection).flatMap(([name, one]) => section(name, one)),
  ].join('\n');
}

function section(name: string, schema: Schema): readonly string[] {
  const entry = elementOf(schema)!;
  const rows = entry.properties === undefined ? [rowOf('NAME', entry, false)] : rowsOf(entry, '');
  return table(`\`${name}\``, schema.description, rows);
}

const table = (title: string, summary: string | undefined, rows: readonly KeyRow[]): readonly string[] => [
  `#### ${title}`,
  '',
  ...(summary === undefined ? [] : [escaped(summary), '']),
  '| key | what | default |',
  '| --- | --- | --- |',
  ...rows.map((row) => `| \`${row.key}\` | ${row.what} | ${row.default} |`),
  '',
];

/** The keys of a map, and under each the keys that it leads to. */
function rowsOf(schema: Schema, above: string): readonly KeyRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, one]) => {
    const isRequired = schema.required?.includes(name) ?? false;
    const [path, inner] = innermost(`${above}${name}`, one);
    const row = rowOf(path, inner === one ? one : { ...one, ...pick(inner, one) }, isRequired);
    return [row, ...rowsOf(inner, `${path}.`)];
  });
}

/** What a map's NAME or a list's element holds says more than the map or the list does. */
const pick = (inner: Schema, outer: Schema): Schema => ({
  ...(inner.description !== undefined && { description: inner.description }),
  ...(outer.description !== undefined &&
    inner.properties === undefined && { description: outer.description }),
});

/** `subnets.NAME` for a map, `routes[]` for a list of maps, the key itself for all else. */
function innermost(key: string, schema: Schema): readonly [string, Schema] {
  const entry = entryOf(schema);
  if (entry !== undefined) return [`${key}.NAME`, entry];
  return schema.items?.properties === undefined ? [key, schema] : [`${key}[]`, schema.items];
}

const entryOf = ({ additionalProperties: entry }: Schema): Schema | undefined =>
  typeof entry === 'object' ? entry : undefined;

/** What the entries of a section are: values of a map, elements of a list. */
const elementOf = (schema: Schema): Schema | undefined =>
  entryOf(schema) ?? (schema.items?.properties === undefined ? undefined : schema.items);

/** A description ends in its default, where that is not a plain value. */
function rowOf(key: string, schema: Schema, isRequired: boolean): KeyRow {
  const [, text = '', stated] = /^(.*?)(?:(?:^| )Default:? (.*?)\.?)?$/s.exec(schema.description ?? '') ?? [];
  const isOneOrMany = schema.anyOf?.some((one) => one.items !== undefined) ?? false;
  const parts = [
    escaped(text),
    schema.enum === undefined ? '' : `One of ${schema.enum.map((one) => `\`${one}\``).join(', ')}.`,
    isOneOrMany && !/list/.test(text) ? 'One or a list.' : '',
    schema.enum === undefined && schema.examples?.[0] !== undefined
      ? `Such as \`${schema.examples[0]}\`.`
      : '',
  ];
  return {
    key,
    what: parts.filter(Boolean).join(' '),
    default: isRequired ? '**required**' : stated === undefined ? plainDefault(schema) : escaped(stated),
  };
}

const plainDefault = ({ default: value }: Schema): string =>
  value === undefined || (typeof value === 'object' && Object.keys(value ?? {}).length === 0)
    ? ''
    : `\`${JSON.stringify(value).replaceAll('"', '')}\``;

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/(?<!`)\*(?!`)/g, '\\*');
