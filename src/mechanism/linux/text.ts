/** Texts that ip(8) and its kin print: lines of words with their places, and what is wrong with them. */
import { familyOf, parseAddress, type Address } from '../../value/address.ts';
import { parsePrefix, type Prefix } from '../../value/prefix.ts';

export interface Word {
  readonly text: string;
  /** From 1, both. */
  readonly line: number;
  readonly column: number;
}

export interface TextProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly suggestion?: string;
  /** A word that is not known, and those that are: the reader of the problem may find the nearest. */
  readonly slip?: { readonly word: string; readonly known: readonly string[] };
}

/** The words of every line that has any; `#` begins a comment, and `\` stands where `ip -o` puts a line break. */
export function* wordLines(text: string): Generator<readonly [Word, ...Word[]]> {
  let line = 0;
  for (const content of text.split('\n')) {
    line++;
    const words: Word[] = [];
    for (const found of content.replace(/#.*/, '').matchAll(/[^\s\\]+/g))
      words.push({ text: found[0], line, column: found.index + 1 });
    const [first, ...rest] = words;
    if (first) yield [first, ...rest];
  }
}

/** The words of one entry, taken one after the other; the first problem of an entry is the one that is reported. */
export class Entry {
  readonly problems: TextProblem[] = [];
  readonly #words: readonly Word[];
  #at = 0;

  constructor(words: readonly Word[]) {
    this.#words = words;
  }

  peek(ahead = 0): string | undefined {
    return this.#words[this.#at + ahead]?.text;
  }

  next(): Word | undefined {
    return this.#words[this.#at++];
  }

  /** The texts from `word` up to what was taken last. */
  since(word: Word): readonly string[] {
    return this.#words.slice(this.#words.indexOf(word), this.#at).map((one) => one.text);
  }

  /** Gives the word that was taken last back. */
  back(): void {
    this.#at--;
  }

  /** The words that were not taken. */
  rest(): readonly Word[] {
    return this.#words.slice(this.#at);
  }

  /** Takes the next word if it is one of these. */
  accept(...texts: readonly string[]): boolean {
    const isNext = texts.includes(this.peek() ?? '');
    if (isNext) this.#at++;
    return isNext;
  }

  /** The word behind `of`; its absence is reported. */
  value(of: Word): Word | undefined {
    const value = this.next();
    if (!value) this.refuse(of, `"${of.text}" has no value`);
    return value;
  }

  refuse(word: Word, message: string, suggestion?: string): undefined {
    const { line, column } = word;
    this.problems.push({ line, column, message, ...(suggestion !== undefined && { suggestion }) });
    return undefined;
  }

  /** Reports a word that does not belong here. */
  unknown(word: Word, of: string, known: readonly string[]): undefined {
    const { line, column, text } = word;
    const message = `"${text}" is not a word of ${of}`;
    this.problems.push({ line, column, message, slip: { word: text, known } });
    return undefined;
  }

  address(of: Word): Address | undefined {
    const value = this.value(of);
    if (!value) return undefined;
    const address = parseAddress(value.text);
    return address ?? this.refuse(value, `"${value.text}" after "${of.text}" is not an IP address`);
  }

  /** A number as strtoul reads it (base 10, 0x for 16), from `low` to `high`. */
  number(of: Word, low: number, high: number): number | undefined {
    const value = this.value(of);
    if (!value) return undefined;
    const number = numberOf(value.text);
    if (number !== undefined && number >= low && number <= high) return number;
    return this.refuse(value, `"${value.text}" after "${of.text}" is not a number from ${low} to ${high}`);
  }

  /** A prefix; what is wrong with it is reported. IPv4 addresses may stop early: 10/8, as get_addr of iproute2 reads them. */
  prefix(word: Word): Prefix | undefined {
    const parsed = parsePrefix(whole(word.text));
    if (!('problem' in parsed)) return parsed;
    return this.refuse(
      word,
      parsed.problem === 'syntax' ? `"${word.text}" is not a prefix` : `${word.text} has host bits set`,
    );
  }
}

export const numberOf = (text: string): number | undefined =>
  /^(?:\d{1,10}|0x[\da-f]{1,8})$/i.test(text) ? Number(text) : undefined;

/** `10/8` and `10.1` in full. */
function whole(text: string): string {
  const [address = '', ...length] = text.split('/');
  const parts = address.split('.');
  if (!/^[\d.]+$/.test(address) || parts.length > 3) return text;
  return [[...parts, '0', '0', '0'].slice(0, 4).join('.'), ...length].join('/');
}

/** `all`, `any` and `default` stand for every address. */
export const isEverything = (text: string): boolean => ['all', 'any', 'default'].includes(text);

export const sameFamily = (a: Address, b: Address): boolean => familyOf(a) === familyOf(b);
