/** Flow style, `{key: value}` and `[value, value]`, which includes all of JSON: one pass from text to value. */
import { isBlank, isLineEnd, isMarker, NOT_PLAIN, skipSpaces, TOO_DEEP, type Cursor } from './cursor.ts';
import { readQuoted } from './quoted-scalar.ts';
import { closeMap, DEEPEST, newListLayout, newMapLayout, type OpenMap, type Reading } from './reading.ts';

/** Characters that no plain scalar starts with. */
const INDICATORS = new Set(',[]{}#&*!|>\'"%@`');
const FLOW_INDICATORS = new Set(',[]{}');

/** Whether a plain scalar starts at the cursor (YAML 1.2 section 7.3.3). */
function startsPlain({ text, at }: Cursor, inFlow: boolean): boolean {
  const first = text[at];
  if (first === undefined || first <= ' ' || INDICATORS.has(first)) return false;
  if (first !== '-' && first !== '?' && first !== ':') return true;
  const second = text[at + 1];
  return !isBlank(second) && !(inFlow && FLOW_INDICATORS.has(second!));
}

/** Reads a plain scalar up to where it must end on this line, and leaves the cursor behind its last character. */
export function readPlainScalar(cursor: Cursor, inFlow: boolean): string {
  const { text, at } = cursor;
  if (!startsPlain(cursor, inFlow)) throw NOT_PLAIN;
  let end = at + 1;
  for (let next = at; ; next++) {
    const character = text[next];
    if (character === undefined || character === '\n') break;
    if (character === ' ') continue;
    if (character < ' ') {
      if (isLineEnd(cursor, next)) break;
      throw NOT_PLAIN;
    }
    if (character === ':' && endsKey(text[next + 1], inFlow)) break;
    if (character === '#' && text[next - 1] === ' ') break;
    if (inFlow && FLOW_INDICATORS.has(character)) break;
    end = next + 1;
  }
  cursor.at = end;
  return text.slice(at, end);
}

const endsKey = (after: string | undefined, inFlow: boolean): boolean =>
  isBlank(after) || (inFlow && FLOW_INDICATORS.has(after!));

/** Where flow style is read: the text, what becomes of it, and the indentation it must stay right of (-1: none). */
export interface FlowContext {
  readonly cursor: Cursor;
  readonly reading: Reading;
  readonly outside: number;
}

/** Counts one more level of maps and lists; the caller takes it back. */
export function goDeeper(cursor: Cursor, reading: Reading): void {
  if (++cursor.depth <= DEEPEST) return;
  reading.tooDeep(cursor.at);
  throw TOO_DEEP;
}

/** Reads a map or list that starts at the cursor and is the rest of the text, but for blanks and comments. */
export function readWholeFlow(cursor: Cursor, reading: Reading): unknown {
  const context = { cursor, reading, outside: -1 };
  const value = readFlow(context);
  skipBlank(context, 0);
  if (cursor.at < cursor.text.length) throw NOT_PLAIN;
  return value;
}

/** Reads the map or list at the cursor. */
export function readFlow(context: FlowContext, level = 1): unknown {
  const { cursor } = context;
  goDeeper(cursor, context.reading);
  const value = cursor.text[cursor.at] === '{' ? readMap(context, level) : readList(context, level);
  cursor.depth--;
  return value;
}

function readList(context: FlowContext, level: number): unknown[] {
  const { cursor, reading } = context;
  const list: unknown[] = [];
  const layout = newListLayout();
  cursor.at++;
  skipBlank(context, level);
  while (cursor.text[cursor.at] !== ']') {
    layout.places.push(cursor.at);
    list.push(readValue(context, level));
    endItem(context, level, ']');
  }
  cursor.at++;
  reading.layouts.set(list, layout);
  return list;
}

function readMap(context: FlowContext, level: number): OpenMap {
  const { cursor, reading } = context;
  const map: OpenMap = {};
  const layout = newMapLayout();
  cursor.at++;
  skipBlank(context, level);
  while (cursor.text[cursor.at] !== '}') {
    const keyAt = cursor.at;
    const key = readKey(context, level);
    const admitted = reading.admits(map, layout, key, keyAt);
    skipBlank(context, level);
    const at = cursor.at;
    const value = readValue(context, level);
    if (admitted) {
      map[key] = value;
      layout.keys.push(key);
      layout.keyPlaces.push(keyAt);
      layout.places.push(at);
    }
    endItem(context, level, '}');
  }
  cursor.at++;
  reading.layouts.set(map, layout);
  return closeMap(map);
}

/** A key and its colon. After a quoted key the colon needs no blank behind it. */
function readKey(context: FlowContext, level: number): string {
  const { cursor } = context;
  const first = cursor.text[cursor.at];
  const isQuoted = first === '"' || first === "'";
  const key = isQuoted ? readQuoted(cursor) : readPlainScalar(cursor, true);
  if (key === '<<' && !isQuoted) throw NOT_PLAIN;
  if (isQuoted) skipBlank(context, level);
  else skipSpaces(cursor);
  if (cursor.text[cursor.at] !== ':' || !(isQuoted || isBlank(cursor.text[cursor.at + 1]))) throw NOT_PLAIN;
  cursor.at++;
  return key;
}

function readValue(context: FlowContext, level: number): unknown {
  const { cursor, reading } = context;
  switch (cursor.text[cursor.at]) {
    case '{':
    case '[':
      return readFlow(context, level + 1);
    case '"':
    case "'":
      return readQuoted(cursor);
    default: {
      const { at } = cursor;
      return reading.plain(readPlainScalar(cursor, true), at);
    }
  }
}

/** Moves over the comma behind an item; the closing bracket may stand there instead. */
function endItem(context: FlowContext, level: number, close: string): void {
  const { cursor } = context;
  skipBlank(context, level);
  const next = cursor.text[cursor.at];
  if (next === close) return;
  if (next !== ',') throw NOT_PLAIN;
  cursor.at++;
  skipBlank(context, level);
}

/** Moves over blanks, line ends and comments, and sees that every line stays right of what is outside. */
function skipBlank(context: FlowContext, level: number): void {
  const { cursor } = context;
  const { text } = cursor;
  for (;;) {
    const character = text[cursor.at];
    if (character === '\n') {
      cursor.at++;
      enterLine(context, level);
    } else if (character === ' ' || character === '\t') cursor.at++;
    // A carriage return alone is a blank in JSON, not in YAML.
    else if (character === '\r' && (text[cursor.at + 1] === '\n' || context.outside < 0)) cursor.at++;
    else if (character === '#' && isBlank(text[cursor.at - 1])) {
      while (cursor.at < text.length && text[cursor.at] !== '\n') cursor.at++;
    } else return;
  }
}

/** At the start of a line within brackets: a last bracket may stand right under what is outside, anything else not. */
function enterLine({ cursor, outside }: FlowContext, level: number): void {
  const start = cursor.at;
  skipSpaces(cursor);
  const column = cursor.at - start;
  const next = cursor.text[cursor.at];
  if (column === 0 && isMarker(cursor, start)) throw NOT_PLAIN;
  if (column > outside || isLineEnd(cursor, cursor.at) || next === '#') return;
  if (column === outside && level === 1 && (next === ']' || next === '}')) return;
  throw NOT_PLAIN;
}
