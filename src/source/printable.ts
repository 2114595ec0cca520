/** Text from a file, made safe for a terminal, a log and a sentence. */

// C0, DEL, C1, line and paragraph separators, direction marks and overrides, byte order mark, lone surrogates.
const HARMFUL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;
// And what only hides, such as the joiners that some scripts are written with.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const PLAIN = /^[ -~]*$/;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Whether `text` holds a character that could move a cursor or reorder a line. */
export const hasUnprintable = (text: string): boolean => !PLAIN.test(text) && HARMFUL.test(text);

const escape = (character: string): string =>
  SHORT[character] ?? `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;

/** `text` with unprintable characters as `\u001b`, cut after `limit` characters of the text (60) with an ellipsis. */
export function printable(text: string, limit = 60): string {
  const cut = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  return PLAIN.test(cut) ? cut : cut.replace(UNSEEN, escape);
}
