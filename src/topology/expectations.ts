/** What a document expects: the shape of its `expect:`, each mistake at its place. */
import * as v from 'valibot';
import { Diagnostics, type Diagnostic } from '../source/diagnostic.ts';
import type { Document } from '../source/document.ts';
import {
  expectationFileSchema,
  expectationSchema,
  expectSchema,
  type ExpectationText,
} from './expectation-schema.ts';
import { compare } from './shape.ts';

export interface Expected {
  /** By their place in the list. */
  readonly entries: ReadonlyMap<number, Entry>;
  readonly diagnostics: readonly Diagnostic[];
}

export interface Entry {
  readonly text: ExpectationText;
  /** Whether nothing of it had to be left out. */
  readonly isWhole: boolean;
}

type Section = Readonly<Record<string, unknown>>;

/** Whether a document has expectations alone, and says of which topology. */
export const isOfExpectations = ({ value }: Document): boolean => Object.hasOwn(value as Section, 'topology');

/** The topology file that such a document names. */
export function topologyNamed({ value }: Document): string | undefined {
  const named = (value as Section)['topology'];
  return typeof named === 'string' ? named : undefined;
}

/** Reads `expect:`; what has not the right shape is left out, so that the rest can be looked at. */
export function readExpected(document: Document): Expected {
  const whole = document.value as Section;
  const written = (at: string): string | undefined => document.sourceOf(at);
  const { problems } = isOfExpectations(document)
    ? compare(whole, expectationFileSchema, written)
    : compare('expect' in whole ? { expect: whole['expect'] } : {}, expectSchema, written);
  const diagnostics = new Diagnostics();
  for (const { at, part, keys: _, ...problem } of problems)
    diagnostics.report({ ...problem, severity: 'error', at: document.locate(at, part) });
  const wrong = new Map<unknown, Set<unknown>>();
  for (const { keys } of problems)
    if (keys[0] === 'expect') wrong.set(keys[1], (wrong.get(keys[1]) ?? new Set()).add(keys[2]));
  const list = whole['expect'];
  const entries = Array.isArray(list) ? list.flatMap((entry, i) => entryOf(entry, i, wrong.get(i))) : [];
  return { entries: new Map(entries), diagnostics: diagnostics.all };
}

/** An entry without the keys that lead to problems; nothing when the rest is none. */
function entryOf(
  entry: unknown,
  index: number,
  wrong: ReadonlySet<unknown> | undefined,
): readonly (readonly [number, Entry])[] {
  // The schema has no defaults: what has its shape is what it gives.
  if (!wrong) return [[index, { text: entry as ExpectationText, isWhole: true }]];
  const left = Object.entries(Object(entry) as Section).filter(([key]) => !wrong.has(key));
  const read = v.safeParse(expectationSchema, Object.fromEntries(left));
  return read.success ? [[index, { text: read.output, isWhole: false }]] : [];
}
