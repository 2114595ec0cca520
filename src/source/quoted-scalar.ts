/** Quoted scalars that begin and end on one line. */
import { NOT_PLAIN, type Cursor } from './cursor.ts';

const SIMPLE_DOUBLE = /"[^"\\\n\r]*/y;
const SIMPLE_SINGLE = /'[^'\n\r]*/y;

/** Reads the quoted scalar at the cursor. */
export const readQuoted = (cursor: Cursor): string =>
  cursor.text[cursor.at] === '"' ? readDouble(cursor) : readSingle(cursor);

function readDouble(cursor: Cursor): string {
  const { text, at } = cursor;
  SIMPLE_DOUBLE.lastIndex = at;
  SIMPLE_DOUBLE.test(text);
  let end = SIMPLE_DOUBLE.lastIndex;
  if (text[end] === '"') {
    cursor.at = end + 1;
    return text.slice(at + 1, end);
  }
  while (text[end] !== '"') {
    if (text[end] === '\n' || end >= text.length) throw NOT_PLAIN;
    end += text[end] === '\\' ? 2 : 1;
  }
  cursor.at = end + 1;
  return unescape(text.slice(at, end + 1));
}

/** JSON's escapes mean the same in YAML; YAML's own are left to the library. */
function unescape(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw NOT_PLAIN;
  }
}

function readSingle(cursor: Cursor): string {
  const { text, at } = cursor;
  let end = at;
  do {
    SIMPLE_SINGLE.lastIndex = end;
    if (!SIMPLE_SINGLE.test(text) || text[SIMPLE_SINGLE.lastIndex] !== "'") throw NOT_PLAIN;
    end = SIMPLE_SINGLE.lastIndex + 1;
  } while (text[end] === "'");
  cursor.at = end;
  return text.slice(at + 1, end - 1).replaceAll("''", "'");
}
