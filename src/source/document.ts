/** A topology file as plain values, each of which can be found again in the text. */
import { decode, tooLargeForYaml } from './decode.ts';
import { Diagnostics, type Diagnostic } from './diagnostic.ts';
import { jsonLayouts } from './json-places.ts';
import { jsonFault, readJson } from './json.ts';
import { readWithLibrary } from './library-yaml.ts';
import { Lines } from './lines.ts';
import { pointerTokens } from './pointer.ts';
import type { Position } from './position.ts';
import { printable } from './printable.ts';
import { Reading, type Layout, type Place, type Root } from './reading.ts';
import { applySetting, type Placed } from './setting.ts';
import { besides, fileOf } from './file-reference.ts';
import { lineOffset } from './text-lines.ts';

export interface Document {
  /** As it was given, for messages. */
  readonly file: string;
  /**
   * A map of plain values: maps without a prototype, lists, texts, finite numbers, booleans and null. What an alias
   * repeats is one object. Not to be changed.
   */
  readonly value: unknown;
  /**
   * Where the value (or the key) at a JSON pointer (RFC 6901) stands, or its nearest ancestor if there is none.
   * `#N` behind the pointer is line N, from 1, of the text there, `#N:C` its column C; of
   * `{ file: NAME }` they are those of that file. A value that was set stands at `--set PATH:1:1`, the lines of one that
   * was set as it is at theirs.
   */
  locate(pointer: string, part?: 'key' | 'value'): Position;
  /** The value at a pointer; undefined if there is none. */
  valueAt(pointer: string): unknown;
  /** The scalar at a pointer as the user wrote it (`0.10`, `010`), without quotes; undefined if there is none. */
  sourceOf(pointer: string): string | undefined;
  /**
   * The document with `value` (one YAML value) set at `path`, a JSON pointer or keys with dots between them; with
   * nothing or null what is there is removed. Names and indexes address elements of lists, `-` adds one. The keys of
   * maps that are named `dotted` have dots, so what stands behind such a name is one key.
   */
  set(
    path: string,
    value: string,
    dotted?: readonly string[],
  ): { readonly document: Document } | { readonly problem: Diagnostic };
}

export interface ReadDocument {
  /** Absent iff the text is no document: then there is an error among the diagnostics. */
  readonly document?: Document;
  /** Everything found wrong, sorted by position. A document with errors is only good for finding more of them. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a YAML 1.2 or JSON document whose top level is a map. `file` is how messages name it; nothing is read from disk.
 * Never throws on account of the content.
 */
export function readDocument(file: string, content: string | Uint8Array): ReadDocument {
  const text = decode(file, content);
  if (typeof text !== 'string') return { diagnostics: [{ ...text, severity: 'error' }] };
  const lines = new Lines(file, text);
  const { root, reading, isJson } = readText(lines);
  const isBroken = reading.problems.some(({ code, severity }) => severity === 'error' && BREAKS.has(code));
  const isDocument = isMap(root.value) && !isBroken;
  if (!isDocument && !isBroken) reportTop(root, reading);
  const diagnostics = diagnosticsOf(reading, lines);
  if (!isDocument) return { diagnostics };
  return {
    document: new TextDocument(lines, isJson ? placedLater(root, reading) : placed(root, reading)),
    diagnostics,
  };
}

/** Problems after which the value is not what the user meant. */
const BREAKS: ReadonlySet<string> = new Set([
  'yaml-syntax',
  'document-too-large',
  'document-too-deep',
  'document-too-many-aliases',
]);

const isMap = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface ReadText {
  readonly root: Root;
  readonly reading: Reading;
  readonly isJson: boolean;
}

function readText(lines: Lines): ReadText {
  const json = new Reading(lines);
  const root = readJson(json);
  if (root !== undefined) return { root, reading: json, isJson: true };
  const reading = new Reading(lines);
  const isTooLarge = tooLargeForYaml(lines.text);
  return { root: isTooLarge ? tooLarge(reading) : readWithLibrary(reading), reading, isJson: false };
}

function tooLarge(reading: Reading): Root {
  const { reason, offset } = jsonFault(reading.lines.text);
  const message = `the file is too large for YAML (8 MiB) and cannot be read as JSON: ${reason}`;
  reading.report(offset, 'document-too-large', message);
  return { value: undefined, offset };
}

const NAMES: Readonly<Record<string, string>> = { string: 'text', number: 'number', boolean: 'boolean' };

function reportTop({ value, offset }: Root, reading: Reading): void {
  if (value === undefined) {
    const message = 'the file holds nothing but blanks and comments';
    reading.report(
      0,
      'document-empty',
      message,
      'a topology starts with sections such as `vnets:` and `machines:`',
    );
    return;
  }
  const what = Array.isArray(value)
    ? 'a list'
    : value === null
      ? 'null'
      : `a ${NAMES[typeof value] ?? 'value'}`;
  const message = `the top level must be a map of sections, not ${what}`;
  reading.report(offset, 'type-wrong', message, 'write sections such as `vnets:` and `machines:`');
}

function diagnosticsOf({ problems, omitted }: Reading, lines: Lines): readonly Diagnostic[] {
  const diagnostics = new Diagnostics();
  for (const { offset, ...problem } of problems)
    diagnostics.report({ ...problem, at: lines.position(offset) });
  if (omitted > 0) {
    const at = lines.position(lines.text.length);
    diagnostics.report({
      code: 'problems-omitted',
      severity: 'error',
      message: `at least ${omitted} more problems are not shown`,
      at,
    });
  }
  return diagnostics.all;
}

/** What a walk along a pointer finds. */
interface Found {
  readonly value: unknown;
  readonly place: Place;
  readonly keyPlace: Place;
  /** Whether every token of the pointer was found. */
  readonly isWhole: boolean;
  /** Whether the place is that of this value, not of what was set around it. */
  readonly isOwnPlace: boolean;
}

class TextDocument implements Document {
  readonly value: unknown;
  readonly #lines: Lines;
  readonly #placed: Placed;

  constructor(lines: Lines, placed: Placed) {
    this.value = placed.value;
    this.#lines = lines;
    this.#placed = placed;
  }

  get file(): string {
    return this.#lines.file;
  }

  locate(pointer: string, part: 'key' | 'value' = 'value'): Position {
    const found = this.#find(pointer);
    const line = found.isWhole ? null : /#(\d+)(?::(\d+))?$/.exec(pointer);
    if (line !== null) {
      const text = this.#find(pointer.slice(0, line.index));
      const beside = text.isWhole ? fileOf(text.value) : undefined;
      if (beside !== undefined)
        return { file: besides(this.file, beside), line: Number(line[1]), column: Number(line[2] ?? 1) };
      if (text.isWhole && typeof text.value === 'string')
        return this.#lineOf(text, Number(line[1]), Number(line[2] ?? 1));
    }
    return this.#position(part === 'key' ? found.keyPlace : found.place);
  }

  valueAt(pointer: string): unknown {
    const { value, isWhole } = this.#find(pointer);
    return isWhole ? value : undefined;
  }

  sourceOf(pointer: string): string | undefined {
    const { value, place, keyPlace, isWhole, isOwnPlace } = this.#find(pointer);
    if (!isWhole || (typeof value === 'object' && value !== null)) return undefined;
    if (typeof value === 'string') return value;
    if (!isOwnPlace) return String(value);
    if (typeof place !== 'number') return place.source.trim();
    if (value === null && place === keyPlace) return '';
    SCALAR.lastIndex = place;
    // An alias stands where another value is written.
    return SCALAR.exec(this.#lines.text)?.[0] ?? String(value);
  }

  set(
    path: string,
    value: string,
    dotted: readonly string[] = [],
  ): { readonly document: Document } | { readonly problem: Diagnostic } {
    const applied = applySetting(this.#placed, path, value, dotted);
    if (!('problem' in applied)) return { document: new TextDocument(this.#lines, applied) };
    const { problem: message, suggestion } = applied;
    const at = this.#position({ setting: path, source: value });
    const problem = { code: 'setting-invalid', severity: 'error', message, at } as const;
    return { problem: suggestion === undefined ? problem : { ...problem, suggestion } };
  }

  #find(pointer: string): Found {
    const { value: whole, layouts, place: top } = this.#placed;
    let found: Found = { value: whole, place: top, keyPlace: top, isWhole: true, isOwnPlace: true };
    for (const token of pointerTokens(pointer)) {
      const { value, place, keyPlace } = found;
      if (!hasPart(value, token)) return { ...found, isWhole: false };
      const part = value[token];
      const layout = layouts.get(value);
      if (layout === undefined) found = { value: part, place, keyPlace, isWhole: true, isOwnPlace: false };
      else {
        const index = Array.isArray(value) ? Number(token) : indexOf(layout, token);
        const partAt = layout.places[index] ?? place;
        const keyAt = layout.keyPlaces[index] ?? partAt;
        found = { value: part, place: partAt, keyPlace: keyAt, isWhole: true, isOwnPlace: true };
      }
    }
    return found;
  }

  #lineOf({ place, value }: Found, line: number, column: number): Position {
    if (typeof place !== 'number') {
      const isAsSet = place.source.trimEnd() === String(value).trimEnd();
      return { ...this.#position(place), ...(isAsSet && { line, column }) };
    }
    return this.#position(lineOffset(this.#lines.text, place, String(value), line, column));
  }

  #position(place: Place): Position {
    if (typeof place === 'number') return this.#lines.position(place);
    return { file: `--set ${printable(place.setting)}`, line: 1, column: 1 };
  }
}

const placed = ({ value, offset }: Root, { layouts }: Reading): Placed => ({ value, place: offset, layouts });

/** JSON gets its places when somebody asks for one. */
function placedLater({ value, offset }: Root, { lines }: Reading): Placed {
  let layouts: Placed['layouts'] | undefined;
  return {
    value,
    place: offset,
    get layouts() {
      layouts ??= jsonLayouts(lines.text, offset, value);
      return layouts;
    },
  };
}

/** A scalar that is no text, as it is written. */
const SCALAR = /[-+.~\w]+/y;

function hasPart(value: unknown, token: string): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value)
    ? /^(?:0|[1-9]\d*)$/.test(token) && Number(token) < value.length
    : Object.hasOwn(value, token);
}

const INDEXES = new WeakMap<Layout, ReadonlyMap<string, number>>();

/** The index of a key; of a large map it is looked up, so that locating all of them is not quadratic. */
function indexOf(layout: Layout, key: string): number {
  const { keys } = layout;
  if (keys.length < 32) return keys.indexOf(key);
  let index = INDEXES.get(layout);
  if (index === undefined) {
    index = new Map(keys.map((name, at) => [name, at]));
    INDEXES.set(layout, index);
  }
  return index.get(key) ?? -1;
}
