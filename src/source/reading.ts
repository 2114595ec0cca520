/** What reading a text leaves behind besides the value: problems, and where each part of the value stands. */
import type { DiagnosticCode } from './diagnostic-codes.ts';
import type { Lines } from './lines.ts';
import { losesDigits, plainScalar } from './plain-scalar.ts';
import { hasUnprintable, printable } from './printable.ts';

/** Levels of maps and lists in each other. */
export const DEEPEST = 64;

/** Problems that are kept of one file; the others are counted. */
const MOST_PROBLEMS = 100;

/** A value given with `--set`, as the place of everything in it. */
export interface Setting {
  readonly setting: string;
  readonly source: string;
}

/** Where something stands: an offset into the text, or the setting that put it there. */
export type Place = number | Setting;

/** Where the parts of one map or list stand. A value that an alias repeats has one layout, that of the anchor. */
export interface Layout {
  /** Of a map, in the order of the text; a list has none. The index is that of `keyPlaces` and `places`. */
  readonly keys: string[];
  readonly keyPlaces: Place[];
  /** Of the values. */
  readonly places: Place[];
}

/** A map while it is filled; it has no prototype once it is read. */
export type OpenMap = Record<string, unknown>;

export interface Problem {
  readonly offset: number;
  readonly code: DiagnosticCode;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly suggestion?: string;
}

// Names that JavaScript code gives a meaning of its own; validators drop them without a word.
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

/** A document's value and where it starts; the value is undefined if there is none that could be used. */
export interface Root {
  readonly value: unknown;
  readonly offset: number;
}

export class Reading {
  readonly problems: Problem[] = [];
  readonly layouts = new WeakMap<object, Layout>();
  /** How many problems were found beyond those kept. */
  omitted = 0;
  readonly lines: Lines;

  constructor(lines: Lines) {
    this.lines = lines;
  }

  report(offset: number, code: DiagnosticCode, message: string, suggestion?: string): void {
    const problem = { offset, code, severity: 'error', message } as const;
    this.#keep(suggestion === undefined ? problem : { ...problem, suggestion });
  }

  tooDeep(offset: number): void {
    this.report(offset, 'document-too-deep', `more than ${DEEPEST} maps and lists lie in each other here`);
  }

  warn(offset: number, code: DiagnosticCode, message: string): void {
    this.#keep({ offset, code, severity: 'warning', message });
  }

  #describe(offset: number): string {
    const { line, column } = this.lines.position(offset);
    return `line ${line}, column ${column}`;
  }

  /** Takes back the problems of which `isFalse` holds. */
  retract(isFalse: (problem: Problem, index: number) => boolean): void {
    const kept = this.problems.filter((problem, index) => !isFalse(problem, index));
    this.problems.splice(0, this.problems.length, ...kept);
  }

  #keep(problem: Problem): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(problem);
    else this.omitted++;
  }

  /** Whether `key` may join the `known` keys of its map, which it then does; otherwise says why not. */
  admits(known: Map<string, number>, key: string, offset: number): boolean {
    const problem = keyProblem(key);
    if (problem !== undefined) {
      this.report(offset, 'name-invalid', problem);
      return false;
    }
    const first = known.get(key);
    if (first === undefined) {
      known.set(key, offset);
      return true;
    }
    // What will not be shown is not put into words: a hostile file has millions.
    if (this.omitted > 0) {
      this.omitted++;
      return false;
    }
    const where = this.#describe(first);
    const message = `the key "${printable(key)}" stands twice in this map (first at ${where}); the first one counts`;
    this.report(offset, 'key-duplicate', message, 'remove one of the two, or rename it');
    return false;
  }

  /** The value of an unquoted scalar; a number that cannot be kept is reported. */
  plain(source: string, offset: number): string | number | boolean | null {
    const value = plainScalar(source);
    if (typeof value === 'number' && losesDigits(source, value)) {
      const message = `the number ${printable(source)} is too large to be kept exactly`;
      this.report(offset, 'value-invalid', message, 'put it in quotes if it is a text');
    }
    return value;
  }
}

export const newMapLayout = (): Layout => ({ keys: [], keyPlaces: [], places: [] });

const NONE: never[] = [];

export const newListLayout = (): Layout => ({ keys: NONE, keyPlaces: NONE, places: [] });

/** Ends the filling of a map: from here on it inherits no names. */
export const closeMap = (map: OpenMap): OpenMap => Object.setPrototypeOf(map, null) as OpenMap;

/** Why a text cannot be a key; undefined when it can. */
export function keyProblem(key: string): string | undefined {
  if (hasUnprintable(key))
    return `the key "${printable(key)}" holds control characters or text-direction marks`;
  return RESERVED.has(key) ? `"${key}" cannot be used as a key` : undefined;
}
