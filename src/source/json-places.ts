/** Where the parts of a JSON text stand: it is read a second time, beside its value, when a place is first asked for. */
import { closingQuote, unquote } from './json-text.ts';
import { newListLayout, newMapLayout, type Layout } from './reading.ts';

/** Layouts of the maps and lists in `value`, which `text`, valid JSON, was read as; it starts at offset `start`. */
export function jsonLayouts(text: string, start: number, value: unknown): WeakMap<object, Layout> {
  const places = new JsonPlaces(text, start);
  places.pass(value);
  return places.layouts;
}

/** Between two tokens. */
const BLANKS = /[ \t\r\n]*/y;
/** A number, true, false or null. */
const WORD = /[-+.\w]+/y;

class JsonPlaces {
  readonly layouts = new WeakMap<object, Layout>();
  readonly text: string;
  at: number;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  /** Passes the text of one value. That of a refused key is undefined, and its text is passed all the same. */
  pass(value: unknown): void {
    const character = this.text[this.at];
    if (character === '"') this.at = closingQuote(this.text, this.at) + 1;
    else if (character === '{') this.note(value, this.map(value));
    else if (character === '[') this.note(value, this.list(value));
    else this.skip(WORD);
  }

  note(value: unknown, layout: Layout): void {
    if (typeof value === 'object' && value !== null) this.layouts.set(value, layout);
  }

  map(value: unknown): Layout {
    const layout = newMapLayout();
    while (this.hasNext()) {
      const keyAt = this.at;
      this.at = closingQuote(this.text, keyAt) + 1;
      const key = unquote(this.text.slice(keyAt, this.at));
      this.skip(BLANKS);
      this.token();
      if (hasPart(value, key)) {
        layout.keys.push(key);
        layout.keyPlaces.push(keyAt);
        layout.places.push(this.at);
      }
      this.pass(partOf(value, key));
    }
    return layout;
  }

  list(value: unknown): Layout {
    const layout = newListLayout();
    while (this.hasNext()) {
      const index = layout.places.push(this.at) - 1;
      this.pass(partOf(value, index));
    }
    return layout;
  }

  /** Passes the bracket or comma before a part; false, and the closing bracket passed, if there is no part. */
  hasNext(): boolean {
    this.skip(BLANKS);
    const isOver = isClosing(this.text[this.at]);
    this.token();
    if (isOver || !isClosing(this.text[this.at])) return !isOver;
    this.at++;
    return false;
  }

  /** Passes one character and the blanks behind it. */
  token(): void {
    this.at++;
    this.skip(BLANKS);
  }

  skip(pattern: RegExp): void {
    pattern.lastIndex = this.at;
    pattern.test(this.text);
    this.at = Math.max(this.at, pattern.lastIndex);
  }
}

const isClosing = (character: string | undefined): boolean => character === '}' || character === ']';

const hasPart = (value: unknown, key: string | number): value is Record<string | number, unknown> =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key);

const partOf = (value: unknown, key: string | number): unknown =>
  hasPart(value, key) ? value[key] : undefined;
