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
  const ofList = problems.flatMap(({ keys }) => (keys[0] === 'expect' ? [keys.slice(1)] : []));
  return { entries: entriesOf(whole['expect'], ofList), diagnostics: diagnostics.all };
}

/** The entries, of which those keys are left out that lead to problems. */
function entriesOf(list: unknown, problems: readonly Path[]): ReadonlyMap<number, Entry> {
  if (!Array.isArray(list)) return new Map();
  const found = list.map((entry: unknown, i): readonly [number, Entry][] => {
    const keys = problems.filter(([index]) => index === i).map(([, key]) => key);
    const left = Object.entries(Object(entry) as Section).filter(([key]) => !keys.includes(key));
    const read = v.safeParse(expectationSchema, Object.fromEntries(left));
    return read.success ? [[i, { text: read.output, isWhole: keys.length === 0 }]] : [];
  });
  return new Map(found.flat());
}

type Path = readonly (string | number)[];
