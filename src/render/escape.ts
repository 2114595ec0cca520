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

/**
 * The text in printable ASCII: everything else, control and bidirectional characters above all, becomes `\u{…}`. One
 * character is then one column, and no name can move the cursor.
 */
export const visible = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- these are the characters that it is about
  text.replace(
    /[^\x20-\x7e]/gu,
    (found) => PLAIN[found] ?? `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`,
  );
