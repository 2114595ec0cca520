/** Where a line of a text value stands in the file. */

/**
 * The offset of line `line` (from 1) of the text value of the scalar at `offset`, behind its indentation. Lines beyond
 * the last are the last. A quoted or plain scalar has one place for all its lines; only a literal one has columns, from 1.
 */
export function lineOffset(source: string, offset: number, value: string, line: number, column = 1): number {
  const style = source[offset];
  if (style !== '|' && style !== '>') return offset;
  const lines = value.split('\n');
  const wanted = Math.min(
    Math.max(line, 1),
    Math.max(1, value.endsWith('\n') ? lines.length - 1 : lines.length),
  );
  let start = nextLine(source, offset);
  const before = style === '|' ? wanted - 1 : foldedBefore(source, start, lines.slice(0, wanted));
  for (let count = 0; count < before; count++) start = nextLine(source, start);
  while (source[start] === ' ') start++;
  const indent = /^ */.exec(lines[wanted - 1] ?? '')![0].length;
  return style === '|' ? start + Math.max(0, column - 1 - indent) : start;
}

/** How many lines of the file, from `start` on, come before the last of the given lines of a folded text. */
function foldedBefore(source: string, start: number, lines: readonly string[]): number {
  let at = start;
  let count = 0;
  const leave = (): void => {
    at = nextLine(source, at);
    count++;
  };
  for (const [index, line] of lines.entries()) {
    // A blank line between two lines of text is what made them two.
    if (line !== '') while (at < source.length && contentAt(source, at) === '') leave();
    if (index === lines.length - 1) break;
    let left = line.length;
    do {
      left -= contentAt(source, at).length + 1;
      leave();
    } while (left > 0 && at < source.length);
  }
  return count;
}

function contentAt(source: string, lineStart: number): string {
  return source.slice(lineStart, nextLine(source, lineStart)).trim();
}

function nextLine(source: string, at: number): number {
  const end = source.indexOf('\n', at);
  return end < 0 ? source.length : end + 1;
}
