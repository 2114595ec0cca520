/** The shape of a topology file: the kinds' schemas put together, and what departs from them. */
import * as v from 'valibot';
import { below, type Cite } from '../walk/cite.ts';
import { KINDS } from '../kinds/index.ts';
import type { DiagnosticCode } from '../source/diagnostic.ts';
import { printable } from '../source/printable.ts';
import { nearest } from '../source/suggest.ts';

/** The whole file; a closed schema in every map that has fixed keys. */
export const topologySchema = v.strictObject({
  name: v.optional(
    v.pipe(v.string(), v.description('What reports call the topology. Default: the file’s name.')),
  ),
  description: v.optional(v.pipe(v.string(), v.description('For the reader.'))),
  $schema: v.optional(
    v.pipe(v.string(), v.description('Where the JSON Schema is, for editors of JSON files.')),
  ),
  ...Object.fromEntries(
    KINDS.map((kind) => [
      kind.section,
      v.optional(v.pipe(v.record(v.string(), kind.schema), v.description(kind.summary))),
    ]),
  ),
});

export interface ShapeProblem {
  readonly code: DiagnosticCode;
  readonly at: Cite;
  readonly part: 'key' | 'value';
  readonly message: string;
  readonly suggestion?: string;
}

/** Defaults filled in; entries by section and name. Undefined problems mean the value can be read. */
export interface Shaped {
  readonly value: Readonly<Record<string, unknown>> | undefined;
  readonly problems: readonly ShapeProblem[];
}

/** Compares a document with the schema, reporting every difference. */
export function shape(value: unknown): Shaped {
  const result = v.safeParse(topologySchema, value);
  if (result.success) return { value: result.output, problems: [] };
  return { value: undefined, problems: result.issues.map((issue) => problemOf(issue, value)) };
}

type Issue = v.BaseIssue<unknown>;

function problemOf(issue: Issue, root: unknown): ShapeProblem {
  const keys = (issue.path ?? []).map((item) => item.key as string | number);
  const at = below('', ...keys);
  const key = String(keys.at(-1) ?? '');
  if (issue.type === 'strict_object' && issue.expected === 'never') return unknownKey(key, keys, at);
  if (issue.type === 'strict_object' && issue.input === undefined && keys.length > 0 && !has(root, keys)) {
    return {
      code: 'key-missing',
      at: below('', ...keys.slice(0, -1)),
      part: 'key',
      message: `"${printable(String(keys.at(-2) ?? 'the topology'))}" has no ${key}`,
      suggestion: `add ${key}:`,
    };
  }
  return wrongValue(issue, key, at);
}

function unknownKey(key: string, keys: readonly (string | number)[], at: Cite): ShapeProblem {
  const known = entriesAt(keys.slice(0, -1));
  const near = nearest(key, known);
  return {
    code: 'key-unknown',
    at,
    part: 'key',
    message: `"${printable(key)}" is not a key that ${keys.length === 1 ? 'a topology' : `"${printable(String(keys.at(-2)))}"`} can have`,
    suggestion: near === undefined ? `known keys: ${known.join(', ')}` : `did you mean "${near}"?`,
  };
}

function wrongValue(issue: Issue, key: string, at: Cite): ShapeProblem {
  const got = describe(issue.input);
  const base = { at, part: 'value' } as const;
  if (issue.type === 'picklist') {
    const options = (issue.requirement ?? []) as readonly string[];
    const choices =
      options.length > 0 ? options.map(String) : (issue.expected ?? '').replaceAll(/[()"]/g, '').split(' | ');
    const near = nearest(String(issue.input), choices);
    return {
      ...base,
      code: 'value-invalid',
      message: `${key} is ${got}; it must be one of ${choices.join(', ')}`,
      ...(near === undefined ? {} : { suggestion: `did you mean "${near}"?` }),
    };
  }
  if (issue.kind === 'validation')
    return { ...base, code: 'value-invalid', message: `${key} is ${got}; it must be ${bound(issue)}` };
  return {
    ...base,
    code: 'type-wrong',
    message: `${key === '' ? 'the file' : key} is ${got}; it must be ${expected(issue.expected ?? '')}`,
    ...hint(issue),
  };
}

const bound = (issue: Issue): string => {
  const limit = String(issue.requirement);
  if (issue.type === 'min_value') return `at least ${limit}`;
  if (issue.type === 'max_value') return `at most ${limit}`;
  return issue.type === 'integer' ? 'a whole number' : (issue.expected ?? 'another value');
};

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  Array: 'a list',
  Object: 'a map',
  undefined: 'absent',
};

const expected = (text: string): string => {
  const parts = text
    .replaceAll(/[()]/g, '')
    .split(' | ')
    .filter((part) => part !== 'undefined');
  return parts.map((part) => NAMES[part] ?? part).join(' or ');
};

/** A number where text is wanted is nearly always an address or a name without quotes. */
const hint = (issue: Issue): { readonly suggestion?: string } =>
  issue.expected?.includes('string') === true && typeof issue.input === 'number'
    ? { suggestion: `put it in quotes: "${issue.input}"` }
    : {};

function describe(input: unknown): string {
  if (input === null) return 'empty';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a map';
  return typeof input === 'string' ? `"${printable(input)}"` : printable(JSON.stringify(input) ?? 'absent');
}

function has(root: unknown, keys: readonly (string | number)[]): boolean {
  let value = root;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Record<string | number, unknown>)[key];
  }
  return true;
}

interface AnySchema {
  readonly type?: string;
  readonly entries?: Readonly<Record<string, AnySchema>>;
  readonly wrapped?: AnySchema;
  readonly value?: AnySchema;
  readonly item?: AnySchema;
}

/** The keys that the schema knows at a place. */
function entriesAt(keys: readonly (string | number)[]): string[] {
  let schema: AnySchema | undefined = topologySchema;
  for (const key of keys) {
    while (schema?.wrapped) schema = schema.wrapped;
    schema = schema?.entries?.[key] ?? schema?.value ?? schema?.item;
  }
  while (schema?.wrapped) schema = schema.wrapped;
  return Object.keys(schema?.entries ?? {});
}
