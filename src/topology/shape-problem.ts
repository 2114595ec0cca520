/** What a schema finds wrong with a document, in the words of its keys. */
import type { BaseIssue } from 'valibot';
import type { DiagnosticCode } from '../source/diagnostic.ts';
import { printable } from '../source/printable.ts';
import { nearest } from '../source/suggest.ts';
import { below, type Cite } from '../walk/cite.ts';

export interface ShapeProblem {
  readonly code: DiagnosticCode;
  readonly at: Cite;
  /** The same place as a path. */
  readonly keys: readonly Key[];
  readonly part: 'key' | 'value';
  readonly message: string;
  readonly suggestion?: string;
}

type Key = string | number;
type Issue = BaseIssue<unknown>;
type PathItem = NonNullable<Issue['path']>[number];

/** As much of a schema as leads to the schemas of its parts. */
export interface AnySchema {
  readonly type?: string;
  readonly entries?: Readonly<Record<string, AnySchema>>;
  readonly wrapped?: AnySchema;
  readonly value?: AnySchema;
  readonly item?: AnySchema;
  readonly options?: readonly (AnySchema | string)[];
}

interface Found {
  readonly issue: Issue;
  readonly path: readonly PathItem[];
  readonly keys: readonly Key[];
  readonly schema: AnySchema;
  readonly written: (at: Cite) => string | undefined;
}

/** One problem for every difference; `written` gives a scalar as the user wrote it. */
export function problemsOf(
  issues: readonly Issue[],
  schema: AnySchema,
  written: Found['written'],
): ShapeProblem[] {
  return issues
    .flatMap((issue) => innermost(issue, []))
    .flatMap(({ issue, path }) =>
      problemOf({ issue, path, keys: path.map((item) => item.key as Key), schema, written }),
    );
}

/** What is wrong inside one of the forms that a value may have says more than that no form fits. */
function innermost(issue: Issue, around: readonly PathItem[]): Pick<Found, 'issue' | 'path'>[] {
  const path = [...around, ...(issue.path ?? [])];
  // A map's schema takes a list for a map without its keys.
  const isMisread = (one: Issue): boolean => Array.isArray(issue.input) && one.path?.[0].type !== 'array';
  const inside = (issue.issues ?? []).filter((one) => one.path && !isMisread(one));
  return inside.length === 0 ? [{ issue, path }] : inside.flatMap((one) => innermost(one, path));
}

function problemOf(found: Found): ShapeProblem[] {
  const { issue, path, keys } = found;
  const last = path.at(-1);
  if (issue.type === 'regex') return [wrongName(found, last?.origin === 'key' ? 'key' : 'value')];
  if (issue.type === 'strict_object' && issue.expected === 'never') return unknownKeys(found);
  if (issue.type === 'strict_object' && last?.origin === 'key') {
    const owner = keys.slice(0, -1);
    return [
      {
        code: 'key-missing',
        at: below('', ...owner),
        keys: owner,
        part: 'key',
        message: `${ownerOf(owner)} has no ${String(last.key)}`,
        suggestion: `add ${String(last.key)}:`,
      },
    ];
  }
  return [wrongValue(found)];
}

const wrongName = ({ issue, keys }: Found, part: 'key' | 'value'): ShapeProblem => ({
  code: 'name-invalid',
  at: below('', ...keys),
  keys,
  part,
  message: `${describe(issue.input, undefined)} cannot be used here: ${issue.message}`,
});

/** The schema names the first unknown key of a map only. */
function unknownKeys({ path, keys, schema }: Found): ShapeProblem[] {
  const owner = keys.slice(0, -1);
  const known = Object.keys(mapOf(owner.reduce<AnySchema | undefined>(partOf, schema))?.entries ?? {});
  const unknown = Object.keys(path.at(-1)?.input as object).filter((key) => !known.includes(key));
  return unknown.map((key) => {
    const near = nearest(key, known);
    return {
      code: 'key-unknown',
      at: below('', ...owner, key),
      keys: [...owner, key],
      part: 'key',
      message: `"${printable(key)}" is not a key that ${ownerOf(owner)} can have`,
      suggestion: near === undefined ? `known keys: ${known.join(', ')}` : `did you mean "${near}"?`,
    };
  });
}

function wrongValue({ issue, keys, written }: Found): ShapeProblem {
  const at = below('', ...keys);
  const got = describe(issue.input, written(at));
  const base = { at, keys, part: 'value' } as const;
  const isChoice = issue.type === 'union' && typeof issue.input === 'string' && issue.expected?.includes('"');
  if (issue.type === 'picklist' || isChoice === true) {
    const choices = choicesOf(issue);
    const near = typeof issue.input === 'string' ? nearest(issue.input, choices) : undefined;
    const some = choices.slice(0, MOST_CHOICES).join(', ') + (choices.length > MOST_CHOICES ? ', …' : '');
    return {
      ...base,
      code: 'value-invalid',
      message: `${keysOf(keys)} is ${got}; it must be one of ${some}`,
      ...(near === undefined ? {} : { suggestion: `did you mean "${near}"?` }),
    };
  }
  if (issue.kind === 'validation')
    return { ...base, code: 'value-invalid', message: `${keysOf(keys)} is ${got}; it must ${bound(issue)}` };
  return {
    ...base,
    code: 'type-wrong',
    message: `${keysOf(keys)} is ${got}; it must be ${expected(issue.expected ?? '')}`,
    ...hint(issue, written(at)),
  };
}

/** Choices that a message lists. */
const MOST_CHOICES = 24;

const choicesOf = (issue: Issue): readonly string[] =>
  Array.isArray(issue.requirement)
    ? issue.requirement.map(String)
    : [...(issue.expected ?? '').matchAll(/"([^"]*)"/g)].map(([, choice]) => choice!);

const bound = (issue: Issue): string => {
  const limit = String(issue.requirement);
  switch (issue.type) {
    case 'min_value':
      return `be at least ${limit}`;
    case 'max_value':
      return `be at most ${limit}`;
    case 'min_length':
    case 'min_entries':
      return `have at least ${limit}`;
    case 'length':
      return `have ${limit}`;
    default:
      return issue.type === 'integer' ? 'be a whole number' : `be ${issue.expected ?? 'another value'}`;
  }
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

const TRUTH: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['no', false],
  ['off', false],
]);

/** What was probably meant: quotes around an address, none around a number, the YAML 1.2 spelling of yes. */
function hint(
  { expected: wanted, input }: Issue,
  written: string | undefined,
): { readonly suggestion?: string } {
  if (wanted?.includes('string') === true && typeof input === 'number')
    return { suggestion: `put it in quotes: "${written ?? input}"` };
  if (typeof input !== 'string')
    return input === null ? { suggestion: 'give it a value, or leave it out' } : {};
  const truth = TRUTH.get(input.toLowerCase());
  if (wanted === 'boolean' && truth !== undefined) return { suggestion: `write ${truth}, without quotes` };
  return wanted === 'number' && /^\d{1,15}$/.test(input)
    ? { suggestion: `write ${input}, without quotes` }
    : {};
}

function describe(input: unknown, written: string | undefined): string {
  if (input === null) return 'empty';
  if (Array.isArray(input)) return input.length === 0 ? 'an empty list' : 'a list';
  if (typeof input === 'object') return Object.keys(input).length === 0 ? 'an empty map' : 'a map';
  return typeof input === 'string'
    ? `"${printable(input)}"`
    : printable(written ?? JSON.stringify(input) ?? 'absent');
}

/** What a place is called: its key, and an element of a list by that of the list: `routes[0]`. */
export function keysOf(keys: readonly Key[]): string {
  const last = keys.at(-1);
  if (last === undefined) return 'a topology';
  return typeof last === 'number' ? `${keysOf(keys.slice(0, -1))}[${last}]` : printable(last);
}

/** The same of a map that people gave a name. */
const ownerOf = (keys: readonly Key[]): string =>
  typeof keys.at(-1) === 'string' ? `"${keysOf(keys)}"` : keysOf(keys);

/** The schema behind optional and the like. */
function formOf(schema: AnySchema | undefined): AnySchema | undefined {
  let form = schema;
  while (form?.wrapped) form = form.wrapped;
  return form;
}

/** The same; of a value that may be a text or a map that of the map. */
function mapOf(schema: AnySchema | undefined): AnySchema | undefined {
  const form = formOf(schema);
  const maps = form?.options?.filter((one) => typeof one === 'object' && (one.entries ?? one.value));
  return (maps?.[0] as AnySchema | undefined) ?? form;
}

/** The schema of a part; undefined where the schema knows none. */
export function partOf(schema: AnySchema | undefined, key: Key): AnySchema | undefined {
  const form = mapOf(schema);
  if (form?.entries) return Object.hasOwn(form.entries, key) ? form.entries[key] : undefined;
  return form?.value ?? form?.item;
}

export const expectsMap = (schema: AnySchema | undefined): boolean =>
  ['strict_object', 'record'].includes(formOf(schema)?.type ?? '');
