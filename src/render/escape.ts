/** Names come from files that anybody may have written: what of them may reach a terminal. */

/** Punctuation that has a plain spelling. */
const PLAIN: Readonly<Record<string, string>> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u2013': '-',
  '\u2014': '-',
  '\u2026': '...',
  '\u2192': '->',
  '\u00a0': ' ',
};

const IS_ASCII = /^[ -~]*$/;
const TYPOGRAPHY = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'gu');

/**
 * What is neither letter, mark, number, punctuation, symbol nor blank (controls, direction marks, separators, lone
 * surrogates, private and unassigned characters), and what is one of them and yet shows nothing.
 */
const UNSEEN = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|\p{Default_Ignorable_Code_Point}|\u2800/gu;

/** The text with what cannot be seen as `\u{…}`: no name moves the cursor, turns the line or passes for another one. */
export const visible = (text: string): string =>
  IS_ASCII.test(text)
    ? text
    : text
        .replace(TYPOGRAPHY, (found) => PLAIN[found]!)
        .replace(UNSEEN, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`);

/** At most `length` units of the start of a text, no character cut in two. */
export function headOf(text: string, length: number): string {
  const head = text.slice(0, length);
  return text.length > length && /[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head;
}

/** The same of the end of a text. */
export function tailOf(text: string, length: number): string {
  const tail = text.slice(Math.max(0, text.length - length));
  return text.length > length && /^[\udc00-\udfff]/.test(tail) ? tail.slice(1) : tail;
}
