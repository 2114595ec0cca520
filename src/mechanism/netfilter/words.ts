/** A line of iptables-save text as words, quoted as iptables-restore reads them (xshared.c, add_param_to_argv). */

export interface Word {
  readonly text: string;
  readonly isQuoted: boolean;
  /** Where it begins in its line, from 1. */
  readonly column: number;
}

/**
 * Words of a line from `start`; undefined when a double quote is left open. Only double quotes quote, and only inside them does a
 * backslash escape; a closing quote ends the word even if no blank follows.
 */
export function wordsOf(line: string, start = 0): readonly Word[] | undefined {
  const words: Word[] = [];
  let at = start;
  for (;;) {
    while (line[at] === ' ' || line[at] === '\t') at++;
    if (at >= line.length) return words;
    const end = plainEnd(line, at);
    if (line[end] === '"') {
      const quoted = quotedWord(line, at, end);
      if (!quoted) return undefined;
      words.push(quoted.word);
      at = quoted.end;
    } else {
      words.push({ text: line.slice(at, end), isQuoted: false, column: at + 1 });
      at = end;
    }
  }
}

/** Where the letters from `at` on come to a blank, a quote or the end. */
function plainEnd(line: string, at: number): number {
  let end = at;
  for (let char = line[end]; char !== undefined && char !== ' ' && char !== '\t' && char !== '"';)
    char = line[++end];
  return end;
}

/** A word that begins at `at` and whose quote opens at `open`; undefined when it is left open. */
function quotedWord(
  line: string,
  at: number,
  open: number,
): { readonly word: Word; readonly end: number } | undefined {
  let text = line.slice(at, open);
  for (let i = open + 1; i < line.length; i++) {
    const char = line[i]!;
    if (char === '"') return { word: { text, isQuoted: true, column: at + 1 }, end: i + 1 };
    text += char === '\\' ? (line[++i] ?? '') : char;
  }
  return undefined;
}

/** In double quotes (xtables_save_string, which escapes single quotes too where it quotes by need). */
export const inQuotes = (text: string, escaped = /["\\]/g): string => `"${text.replaceAll(escaped, '\\$&')}"`;

/** A text as iptables-save prints it: in quotes if it holds more than letters, figures, `-` and `_`. */
export const quotedAtNeed = (text: string): string =>
  /^[\w-]+$/.test(text) ? text : inQuotes(text, /["'\\]/g);

/** Something from the text, as a message may repeat it: one line, no control characters, not too long. */
export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  // eslint-disable-next-line no-control-regex -- control characters are what must not get through
  return `"${short.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\uFFFD')}"`;
}

/** The candidate nearest to a misspelt word: at most two letters apart; undefined when none is. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let limit = Math.min(2, Math.floor(word.length / 3));
  for (const candidate of candidates) {
    const far = Math.abs(candidate.length - word.length) > 2 || word.length > 40;
    const distance = far ? 9 : candidate.toLowerCase() === word.toLowerCase() ? 0 : apart(word, candidate);
    if (distance > limit) continue;
    best = candidate;
    limit = distance - 1;
  }
  return best;
}

/** Edit distance where neighbours that changed places count once (optimal string alignment). */
function apart(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let i = 1; i <= b.length; i++) {
      const changed = above[i - 1]! + (a[row - 1] === b[i - 1] ? 0 : 1);
      const isSwap = a[row - 1] === b[i - 2] && a[row - 2] === b[i - 1];
      const swapped = isSwap ? before[i - 2]! + 1 : changed;
      current.push(Math.min(above[i]! + 1, current[i - 1]! + 1, changed, swapped));
    }
    before = above;
    above = current;
  }
  return above[b.length]!;
}
