/** Block scalars: text after `|`, verbatim, and after `>`, folded (YAML 1.2 section 8.1). */
import { isBlank, isLineEnd, NOT_PLAIN, skipSpaces, type Cursor } from './cursor.ts';

/** Reads the block scalar at the cursor, whose lines stand right of column `outside`, and stops at a line start. */
export function readBlockScalar(cursor: Cursor, outside: number): string {
  const isFolded = cursor.text[cursor.at++] === '>';
  const isStripped = cursor.text[cursor.at] === '-';
  if (isStripped) cursor.at++;
  endHeader(cursor);
  const lines = contentLines(cursor, outside);
  if (isFolded && lines.some((line) => line === '' || line[0] === ' ' || line[0] === '\t')) throw NOT_PLAIN;
  return lines.join(isFolded ? ' ' : '\n') + (isStripped ? '' : '\n');
}

/** Nothing but a comment may follow on the line of the `|`. */
function endHeader(cursor: Cursor): void {
  const { text } = cursor;
  if (!isBlank(text[cursor.at])) throw NOT_PLAIN;
  skipSpaces(cursor);
  if (text[cursor.at] !== '#' && !isLineEnd(cursor, cursor.at)) throw NOT_PLAIN;
  const end = text.indexOf('\n', cursor.at);
  if (end < 0) throw NOT_PLAIN;
  cursor.at = end + 1;
}

/** The lines without their indentation, which is that of the first one with text; the blank lines at the end go. */
function contentLines(cursor: Cursor, outside: number): string[] {
  const lines: string[] = [];
  let indent = -1;
  let longestBlank = 0;
  let filled = 0;
  while (cursor.at < cursor.text.length) {
    const line = lineAt(cursor);
    const spaces = leadingSpaces(line);
    if (spaces === line.length) longestBlank = Math.max(longestBlank, spaces);
    else {
      if (indent < 0) {
        if (spaces <= outside || longestBlank > spaces) throw NOT_PLAIN;
        indent = spaces;
      }
      if (spaces < indent) {
        if (spaces > outside) throw NOT_PLAIN;
        break;
      }
      filled = lines.length + 1;
      longestBlank = 0;
    }
    lines.push(line);
    nextLine(cursor);
  }
  // Blank lines at the end that reach into the text count as text; they are rare.
  if (indent < 0 || longestBlank > indent) throw NOT_PLAIN;
  return lines.slice(0, filled).map((line) => line.slice(indent));
}

/** The line that starts at the cursor, without its end. */
function lineAt({ text, at }: Cursor): string {
  let end = text.indexOf('\n', at);
  const isLast = end < 0;
  if (isLast) end = text.length;
  const isCrLf = end > at && text[end - 1] === '\r';
  if (isLast && isCrLf) throw NOT_PLAIN;
  return text.slice(at, isCrLf ? end - 1 : end);
}

function nextLine(cursor: Cursor): void {
  const end = cursor.text.indexOf('\n', cursor.at);
  cursor.at = end < 0 ? cursor.text.length : end + 1;
}

function leadingSpaces(line: string): number {
  let count = 0;
  while (line[count] === ' ') count++;
  return count;
}
