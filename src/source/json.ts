/** JSON: the platform's parser gives the value, and a scan of the text what that parser hides. */
import { tooLargeForYaml } from './decode.ts';
import { closingQuote, unquote } from './json-text.ts';
import { printable } from './printable.ts';
import { closeMap, DEEPEST, keyProblem, type OpenMap, type Reading, type Root } from './reading.ts';

/** Blanks of JSON, then the start of a map or list; a text without it is no topology in JSON. */
const START = /^[ \t\r\n]*(?=[{[])/;

/**
 * Reads a document in JSON; undefined when it is none, and then `reading` is of no use. The value is undefined if it is
 * nested too deeply, and of a key that stands twice the last; where the parts stand is not noted.
 */
export function readJson(reading: Reading): Root | undefined {
  const { text } = reading.lines;
  const blanks = START.exec(text);
  if (blanks === null) return undefined;
  try {
    // What looks like brackets may be a text of YAML's; the library has the same bound.
    if (!scan(reading)) return tooLargeForYaml(text) ? { value: undefined, offset: 0 } : undefined;
    const value: unknown = JSON.parse(text);
    return close(value) ? { value, offset: blanks[0].length } : undefined;
  } catch {
    return undefined;
  }
}

/** Why a text is no JSON that can be read, and where. */
export function jsonFault(text: string): { readonly reason: string; readonly offset: number } {
  try {
    JSON.parse(text);
  } catch (error) {
    const reason = printable(error instanceof Error ? error.message : String(error), 120);
    return { reason, offset: Math.min(text.length, Number(/at position (\d+)/.exec(reason)?.[1] ?? 0)) };
  }
  return { reason: 'it is not plain JSON', offset: 0 };
}

const NUMBER = /-?[0-9][-+.0-9eE]*/y;

/** Reports keys that cannot be kept and numbers that lose digits; false, and reported, if the nesting is too deep. */
function scan(reading: Reading): boolean {
  const { text } = reading.lines;
  /** The keys of each open map; a list has none. */
  const open: (Map<string, number> | undefined)[] = [];
  let keys: Map<string, number> | undefined;
  let isKey = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') {
      const end = closingQuote(text, at);
      if (isKey) reading.admits(keys!, unquote(text.slice(at, end + 1)), at);
      isKey = false;
      at = end;
    } else if (character === '{' || character === '[') {
      isKey = character === '{';
      keys = isKey ? new Map() : undefined;
      if (open.push(keys) > DEEPEST) return tooDeep(reading, at);
    } else if (character === '}' || character === ']') {
      open.pop();
      keys = open.at(-1);
    } else if (character === ',') isKey = keys !== undefined;
    else if (character === '-' || (character >= '0' && character <= '9')) at = scanNumber(reading, at);
  }
  return true;
}

function tooDeep(reading: Reading, offset: number): false {
  reading.tooDeep(offset);
  return false;
}

/** The offset of the last character of the number at `start`. */
function scanNumber(reading: Reading, start: number): number {
  NUMBER.lastIndex = start;
  const number = NUMBER.exec(reading.lines.text)?.[0] ?? '-';
  reading.plain(number, start);
  return start + number.length - 1;
}

/** Drops refused keys and takes the prototypes off; false if a number is out of reach, which YAML has as a text. */
function close(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(close);
  if (typeof value !== 'object' || value === null) return typeof value !== 'number' || Number.isFinite(value);
  const map = closeMap(value as OpenMap);
  for (const key of Object.keys(map)) {
    if (keyProblem(key) !== undefined) delete map[key];
    else if (!close(map[key])) return false;
  }
  return true;
}
