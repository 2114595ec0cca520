/** The shape of a topology file: the kinds' schemas put together, and what departs from them. */
import * as v from 'valibot';
import { KINDS } from '../kinds/index.ts';
import { name } from '../kinds/schema.ts';
import { hasUnprintable } from '../source/printable.ts';
import { below, type Cite } from '../walk/cite.ts';
import { expectEntry } from './expectation-schema.ts';
import { lintEntry } from './lint-schema.ts';
import {
  expectsMap,
  keysOf,
  partOf,
  problemsOf,
  type AnySchema,
  type ShapeProblem,
} from './shape-problem.ts';

const network = {
  name: v.optional(
    v.pipe(v.string(), v.description('What reports call the topology. Default: the file’s name.')),
  ),
  description: v.optional(v.pipe(v.string(), v.description('For the reader.'))),
  $schema: v.optional(
    v.pipe(v.string(), v.description('Where the JSON Schema is, for editors of JSON files.')),
  ),
  lint: lintEntry,
  ...Object.fromEntries(
    KINDS.map((kind) => [
      kind.section,
      v.optional(v.pipe(v.record(kind.names ?? name, kind.schema), v.description(kind.summary))),
    ]),
  ),
};

/** The whole file; a closed schema in every map that has fixed keys. */
export const topologySchema = v.strictObject({ ...network, expect: expectEntry });

/** The network in it. What is expected of it is read when somebody asks. */
const networkSchema = v.strictObject({ ...network, expect: v.optional(v.unknown()) });

/** What can be read of a document, and what cannot. */
export interface Shaped {
  /** Defaults filled in; entries by section and name, without those that have problems. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly problems: readonly ShapeProblem[];
  /** Names of the entries that were left out; `*` stands for those of a section that cannot be read at all. */
  readonly leftOut: ReadonlySet<string>;
}

/** A scalar as the user wrote it. */
type Written = (at: Cite) => string | undefined;

/** Compares a document with the schema, reporting every difference. */
export function shape(value: unknown, written: Written): Shaped {
  const { expect: _, ...rest } = value as Record<string, unknown>;
  const { output, problems } = compare(rest, networkSchema, written);
  return output ? { value: output, problems, leftOut: new Set() } : { ...readable(rest, problems), problems };
}

/** Compares a document with any schema: what it holds, if it has the right shape, and every difference. */
export function compare<Schema extends v.GenericSchema>(
  value: unknown,
  schema: Schema,
  written: Written,
): { readonly output?: v.InferOutput<Schema>; readonly problems: readonly ShapeProblem[] } {
  const found: ShapeProblem[] = [];
  inspect(value, schema, [], found);
  const result = v.safeParse(schema, value);
  const issues = result.success
    ? []
    : problemsOf(result.issues, schema, written).filter(
        ({ at }) => !found.some((one) => at === one.at || at.startsWith(`${one.at}/`)),
      );
  const problems = [...found, ...issues];
  return result.success && problems.length === 0 ? { output: result.output, problems } : { problems };
}

/** Keys of the file that hold no entries. */
const PLAIN = ['name', 'description', '$schema', 'lint'];

/** The rest of the document: entries with problems are left out, so that what is wrong with the others is found too. */
function readable(value: unknown, problems: readonly ShapeProblem[]): Omit<Shaped, 'problems'> {
  const rest = structuredClone(value) as Record<string, Record<string, unknown>>;
  const leftOut = new Set<string>();
  for (const { keys, code } of problems) {
    const [section, name] = [String(keys[0] ?? ''), keys[1]];
    const isExtra = code === 'key-unknown' && keys.length > 2;
    if (name === undefined || PLAIN.includes(section)) {
      if (!PLAIN.includes(section)) leftOut.add('*');
      delete rest[section];
    } else if (!isExtra) {
      leftOut.add(String(name));
      delete rest[section]?.[name];
    }
  }
  for (const { keys, code } of problems) {
    if (code !== 'key-unknown') continue;
    const owner = keys
      .slice(0, -1)
      .reduce<unknown>((one, key) => (one as Record<string, unknown>)?.[key], rest);
    if (owner) delete (owner as Record<string, unknown>)[keys.at(-1)!];
  }
  const result = v.safeParse(networkSchema, rest);
  return result.success ? { value: result.output, leftOut } : { value: {}, leftOut: leftOut.add('*') };
}

type Key = string | number;

/** Finds what the schema lets pass: lists in place of maps, and texts that could move a cursor. */
function inspect(value: unknown, schema: AnySchema | undefined, keys: Key[], found: ShapeProblem[]): void {
  if (typeof value === 'string') {
    if (hasUnprintable(value)) inspectText(value, keys, found);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value) && expectsMap(schema)) {
    const message = `${keysOf(keys)} is a list; it must be a map`;
    found.push({ code: 'type-wrong', at: below('', ...keys), keys: [...keys], part: 'value', message });
    return;
  }
  for (const [key, part] of Object.entries(value)) {
    keys.push(Array.isArray(value) ? Number(key) : key);
    inspect(part, partOf(schema, key), keys, found);
    keys.pop();
  }
}

/** Text of several lines is a machine's, where tabs and line ends are at home. */
function inspectText(text: string, keys: readonly Key[], found: ShapeProblem[]): void {
  const lines = text.split(/\r?\n/);
  for (const [i, line] of lines.entries()) {
    if (!hasUnprintable(line.replaceAll('\t', ' '))) continue;
    found.push({
      code: keys.at(-1) === 'name' ? 'name-invalid' : 'value-invalid',
      at: lines.length > 1 ? `${below('', ...keys)}#${i + 1}` : below('', ...keys),
      keys: [...keys],
      part: 'value',
      message: `${keysOf(keys)} holds control characters or text-direction marks`,
    });
  }
}
