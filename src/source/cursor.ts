/** A place in a text that moves forward while the text is read. */

/**
 * Thrown where the text leaves the subset of YAML that is read here; the library then reads it again from the start.
 * It never reaches a user, so one value without a useful stack serves all.
 */
export const NOT_PLAIN = new Error('not plain YAML');

/** Thrown where maps and lists lie too deep in each other, which no other reader would accept either. */
export const TOO_DEEP = new Error('too deep');

export interface Cursor {
  readonly text: string;
  /** Offset of the next character. */
  at: number;
  /** Maps and lists around it. */
  depth: number;
}

/** Whether a character ends a token: blank, line end, or the end of the text. */
export const isBlank = (character: string | undefined): boolean =>
  character === ' ' ||
  character === '\n' ||
  character === undefined ||
  character === '\r' ||
  character === '\t';

/** Whether the line ends here. */
export const isLineEnd = ({ text }: Cursor, at: number): boolean =>
  at >= text.length || text[at] === '\n' || (text[at] === '\r' && text[at + 1] === '\n');

/** Moves over spaces. */
export function skipSpaces(cursor: Cursor): void {
  while (cursor.text[cursor.at] === ' ') cursor.at++;
}

/** Whether `---` or `...` stands at the start of this line: the document ends, or another one starts. */
export const isMarker = ({ text }: Cursor, lineStart: number): boolean =>
  (text.startsWith('---', lineStart) || text.startsWith('...', lineStart)) && isBlank(text[lineStart + 3]);
