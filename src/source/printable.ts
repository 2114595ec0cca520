/** Text from a file, made safe for a terminal, a log and a sentence. */

// C0, DEL, C1, direction marks and what else is invisible, line and paragraph separators, lone surrogates.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const UNPRINTABLES = new RegExp(UNPRINTABLE, 'gu');
const PLAIN = /^[ -~]*$/;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Whether `text` holds a character that could move a cursor, reorder a line or hide. */
export const hasUnprintable = (text: string): boolean => !PLAIN.test(text) && UNPRINTABLE.test(text);

const escape = (character: string): string =>
  SHORT[character] ?? `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;

/** `text` with unprintable characters as `\u001b`, cut after `limit` characters of the text (60) with an ellipsis. */
export function printable(text: string, limit = 60): string {
  const cut = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  return hasUnprintable(cut) ? cut.replace(UNPRINTABLES, escape) : cut;
}
