/**
 * The fast reader: most topologies keep to a plain subset of YAML, and reading that in one pass costs a tenth of the
 * library's time, which is what a cold start is made of. Whatever is not surely in the subset (anchors, tags, text over
 * several lines, anything malformed) is left to the library; rationale.md says how the two are held together.
 */
import { readBlockScalar } from './block-scalar.ts';
import { isBlank, isLineEnd, isMarker, NOT_PLAIN, skipSpaces, TOO_DEEP, type Cursor } from './cursor.ts';
import { goDeeper, readFlow, readPlainScalar, readWholeFlow } from './flow.ts';
import { readQuoted } from './quoted-scalar.ts';
import { closeMap, newListLayout, newMapLayout, type OpenMap, type Reading } from './reading.ts';

/** A document's value and where it starts; no value when it is nested too deeply. */
export interface Root {
  readonly value: unknown;
  readonly offset: number;
}

/** Blanks of JSON, then the start of a map or list in brackets. */
const FLOW_START = /^[ \t\r\n]*(?=[{[])/;

/** Reads a whole document; undefined when it is not plain, and then `reading` is of no use. */
export function readPlainYaml(reading: Reading): Root | undefined {
  const { text } = reading.lines;
  const blanks = FLOW_START.exec(text);
  try {
    if (blanks === null) return new BlockReader(text, reading).document();
    const offset = blanks[0].length;
    return { value: readWholeFlow({ text, at: offset, depth: 0 }, reading), offset };
  } catch (error) {
    if (error === NOT_PLAIN) return undefined;
    if (error === TOO_DEEP) return { value: undefined, offset: 0 };
    throw error;
  }
}

class BlockReader {
  readonly cursor: Cursor;
  readonly reading: Reading;
  /** Spaces before the current line's content, or the column of a key behind a dash; -1 at the end of the text. */
  indent = 0;
  lineStart = 0;
  /** Where the last value read by `valueBehind` starts. */
  valueAt = 0;

  constructor(text: string, reading: Reading) {
    this.cursor = { text, at: 0, depth: 0 };
    this.reading = reading;
  }

  document(): Root {
    const { cursor } = this;
    this.startLine();
    if (this.indent === 0 && cursor.text.startsWith('---', cursor.at) && isLineEnd(cursor, cursor.at + 3)) {
      cursor.at += 3;
      this.endLine();
    }
    const offset = cursor.at;
    // A document that is no map is a mistake, and mistakes are the library's.
    const value = this.mapFrom(this.indent);
    if (this.indent >= 0) throw NOT_PLAIN;
    return { value, offset };
  }

  /** A value that starts at the cursor, right of column `outside`: on a line of its own or behind a dash. */
  node(outside: number): unknown {
    const { text, at } = this.cursor;
    const first = text[at];
    if (first === '-' && isBlank(text[at + 1])) return this.list(this.indent);
    if (first === '[' || first === '{') return this.flow(outside);
    if (first === '|' || first === '>') return this.blockScalar(outside);
    const isQuoted = first === '"' || first === "'";
    const scalar = isQuoted ? readQuoted(this.cursor) : readPlainScalar(this.cursor, false);
    skipSpaces(this.cursor);
    if (text[this.cursor.at] === ':' && isBlank(text[this.cursor.at + 1])) {
      this.cursor.at = at;
      return this.mapFrom(this.indent);
    }
    this.endLine();
    return isQuoted ? scalar : this.reading.plain(scalar, at);
  }

  /** The map whose keys stand in column `indent`, the first of them at the cursor. */
  mapFrom(indent: number): OpenMap {
    const { cursor, reading } = this;
    goDeeper(cursor, reading);
    const map: OpenMap = {};
    const layout = newMapLayout();
    do {
      const keyAt = cursor.at;
      const key = this.key();
      const admitted = reading.admits(map, layout, key, keyAt);
      const value = this.valueBehind(keyAt, indent);
      if (!admitted) continue;
      map[key] = value;
      layout.keys.push(key);
      layout.keyPlaces.push(keyAt);
      layout.places.push(this.valueAt);
    } while (this.indent === indent);
    if (this.indent > indent) throw NOT_PLAIN;
    cursor.depth--;
    reading.layouts.set(map, layout);
    return closeMap(map);
  }

  key(): string {
    const { cursor } = this;
    const { text, at } = cursor;
    if (at === this.lineStart && isMarker(cursor, at)) throw NOT_PLAIN;
    const isQuoted = text[at] === '"' || text[at] === "'";
    const key = isQuoted ? readQuoted(cursor) : readPlainScalar(cursor, false);
    skipSpaces(cursor);
    // The grammar wants the colon of a key within 1024 characters.
    const isKey = text[cursor.at] === ':' && isBlank(text[cursor.at + 1]) && cursor.at - at < 1024;
    if (!isKey || (key === '<<' && !isQuoted)) throw NOT_PLAIN;
    cursor.at++;
    return key;
  }

  /** The value behind the colon of the key at `keyAt` in column `indent`; null, with the key's place, if there is none. */
  valueBehind(keyAt: number, indent: number): unknown {
    const { cursor } = this;
    skipSpaces(cursor);
    const isBelow = this.atLineEnd();
    if (isBelow) this.endLine();
    const isThere = !isBelow || this.indent > indent || (this.indent === indent && this.atDash());
    const at = isThere ? cursor.at : keyAt;
    const value = isBelow ? (isThere ? this.node(indent) : null) : this.inline(indent);
    this.valueAt = at;
    return value;
  }

  /** A value on the line of its key. */
  inline(outside: number): unknown {
    const { cursor } = this;
    const { text, at } = cursor;
    switch (text[at]) {
      case '{':
      case '[':
        return this.flow(outside);
      case '|':
      case '>':
        return this.blockScalar(outside);
      case '"':
      case "'": {
        const value = readQuoted(cursor);
        this.endLine();
        return value;
      }
      default: {
        const source = readPlainScalar(cursor, false);
        this.endLine();
        return this.reading.plain(source, at);
      }
    }
  }

  /** The list whose dashes stand in column `indent`, the first of them at the cursor. */
  list(indent: number): unknown[] {
    const { cursor, reading } = this;
    goDeeper(cursor, reading);
    const list: unknown[] = [];
    const layout = newListLayout();
    do {
      let at = ++cursor.at;
      skipSpaces(cursor);
      const isBelow = this.atLineEnd();
      if (isBelow) this.endLine();
      else this.indent = cursor.at - this.lineStart;
      const isThere = this.indent > indent;
      if (isThere) at = cursor.at;
      list.push(isThere ? this.node(indent) : null);
      layout.places.push(at);
    } while (this.indent === indent && this.atDash());
    if (this.indent > indent) throw NOT_PLAIN;
    cursor.depth--;
    reading.layouts.set(list, layout);
    return list;
  }

  flow(outside: number): unknown {
    const value = readFlow({ cursor: this.cursor, reading: this.reading, outside });
    this.endLine();
    return value;
  }

  blockScalar(outside: number): string {
    const value = readBlockScalar(this.cursor, outside);
    this.startLine();
    return value;
  }

  atDash(): boolean {
    const { text, at } = this.cursor;
    return text[at] === '-' && isBlank(text[at + 1]);
  }

  atLineEnd(): boolean {
    const { text, at } = this.cursor;
    return isLineEnd(this.cursor, at) || (text[at] === '#' && text[at - 1] === ' ');
  }

  /** Sees that nothing but a comment is left on the line, and goes to the next line with content. */
  endLine(): void {
    const { cursor } = this;
    skipSpaces(cursor);
    if (!this.atLineEnd()) throw NOT_PLAIN;
    this.leaveLine();
    this.startLine();
  }

  leaveLine(): void {
    const end = this.cursor.text.indexOf('\n', this.cursor.at);
    this.cursor.at = end < 0 ? this.cursor.text.length : end + 1;
  }

  /** From the start of a line to the first content in it or in the lines below. */
  startLine(): void {
    const { cursor } = this;
    for (;;) {
      this.lineStart = cursor.at;
      skipSpaces(cursor);
      if (cursor.at >= cursor.text.length) {
        this.indent = -1;
        return;
      }
      if (!isLineEnd(cursor, cursor.at) && cursor.text[cursor.at] !== '#') break;
      this.leaveLine();
    }
    this.indent = cursor.at - this.lineStart;
  }
}
