/** How words of options are written: numbers, names, lists, addresses. Each gives the spelling of iptables-save. */
import { BITS } from '../../value/address.ts';
import { formatIp, lengthOf, parseAddressRange, parseMasked } from './address-text.ts';
import type { Draft, Form } from './extension.ts';
import { parseNumber, parsePort, parseProtocol } from './numbers.ts';
import { nearest } from './words.ts';

/** Any text of at most this many bytes. */
export const text = (most: number, is = `a text of at most ${most} bytes`): Form => ({
  is,
  spell: (word) => (Buffer.byteLength(word) <= most ? word : undefined),
});

/** A text that is cut off behind this many letters. */
export const cutText = (most: number): Form => ({ is: 'a text', spell: (word) => word.slice(0, most) });

/** A number in C notation from `least` to `most`, printed in decimal unless `print` says how. */
export const number = (least: number, most: number, print: (value: number) => string = String): Form => ({
  is: `a number from ${least} to ${most}`,
  spell: (word) => {
    const value = parseNumber(word, most);
    return value === undefined || value < least ? undefined : print(value);
  },
});

export const MOST_32 = 0xffffffff;

/** 0x10; with `figures`, 0x0010. */
export const hex = (value: number, figures = 1): string => `0x${value.toString(16).padStart(figures, '0')}`;

export const hexNumber = (most: number, figures = 1): Form => number(0, most, (value) => hex(value, figures));

const MOST_64 = 2n ** 64n - 1n;

/** A number of 64 bits. */
export const LONG: Form = {
  is: `a number from 0 to ${MOST_64}`,
  spell: (word) => parseLong(word)?.toString(),
};

export function parseLong(word: string): bigint | undefined {
  if (!/^(0x[\da-f]{1,16}|\d{1,20})$/i.test(word)) return undefined;
  const value = BigInt(/^0[0-7]+$/.test(word) ? `0o${word}` : word.replace(/^0+(?=\d)/, ''));
  return value <= MOST_64 ? value : undefined;
}

/** `a`, `a:b`, `a:` or `:b`, where the ends may descend unless `ascends`. Equal ends are printed as one. */
export const numberRange = (most: number, how: 'ascends' | 'any' = 'ascends', parse = parseNumber): Form => ({
  is: how === 'any' ? `a number up to ${most}, or a range` : `a number up to ${most}, or an ascending range`,
  spell: (word) => {
    if (!word.includes(':')) return parse(word, most)?.toString();
    const parts = word.split(':') as [string, string?];
    const [low, high = low] = parts;
    const isRange = parts.length === 2;
    const first = low === '' && isRange ? 0 : parse(low, most);
    const last = high === '' && isRange ? most : parse(high, most);
    if (parts.length > 2 || first === undefined || last === undefined) return undefined;
    if (first > last && how === 'ascends') return undefined;
    return first === last ? String(first) : `${first}:${last}`;
  },
});

/** One of these names, as it stands. */
export const oneOf = (...names: readonly string[]): Form => ({
  is: names.length > 8 ? 'a name that is known here' : `one of ${names.join(', ')}`,
  spell: (word) => (names.includes(word) ? word : undefined),
  suggest: (word) => nearest(word, names),
});

/** One of these names in any case, printed as what stands for it. */
export const named = (is: string, names: Readonly<Record<string, string>>): Form => ({
  is,
  spell: (word) => {
    const name = Object.keys(names).find((one) => one.toLowerCase() === word.toLowerCase());
    return name === undefined ? undefined : names[name];
  },
  suggest: (word) => nearest(word, Object.keys(names)),
});

/** What the first form that takes the word makes of it. */
export const either = (...forms: readonly Form[]): Form => ({
  is: forms[0]!.is,
  spell: (word, draft) => {
    for (const form of forms) {
      const spelt = form.spell(word, draft);
      if (spelt !== undefined) return spelt;
    }
    return undefined;
  },
  suggest: (word, option, draft) =>
    forms.map((form) => form.suggest?.(word, option, draft)).find((one) => one !== undefined),
});

/** `a,b,c` of these names, printed in their order; `is` says what one of them is. Small letters do for large ones. */
export function listOf(is: string, names: readonly string[]): Form {
  const isLarge = names.every((name) => name === name.toUpperCase());
  const split = (word: string): readonly string[] => (isLarge ? word.toUpperCase() : word).split(',');
  return {
    is,
    spell: (word) => {
      const parts = split(word);
      return parts.every((part) => names.includes(part))
        ? names.filter((name) => parts.includes(name)).join(',')
        : undefined;
    },
    suggest: (word) => {
      const wrong = split(word).find((part) => !names.includes(part));
      return wrong === undefined ? undefined : nearest(wrong, names);
    },
  };
}

/** `value[/mask]` in C notation, printed in hexadecimal; a mask of all ones is left out. */
export const masked = (most = MOST_32, is = 'a 32-bit mark, or mark/mask'): Form => ({
  is,
  spell: (word) => {
    const read = parseMaskedNumber(word, most);
    return read && `${hex(read.value)}${read.mask === most ? '' : `/${hex(read.mask)}`}`;
  },
});

/** `value[/mask]`; the mask is all ones unless given. */
export function parseMaskedNumber(
  word: string,
  most = MOST_32,
): { readonly value: number; readonly mask: number } | undefined {
  const [low, high, ...rest] = word.split('/');
  const value = parseNumber(low!, most);
  const mask = high === undefined ? most : parseNumber(high, most);
  return rest.length > 0 || value === undefined || mask === undefined ? undefined : { value, mask };
}

/** `80`, `1000:2000`, `:1023`, `http`. */
export const PORTS: Form = {
  ...numberRange(0xffff, 'ascends', parsePort),
  is: 'a port or an ascending range of ports',
  suggest: (word, option) => (word.includes(',') ? `-m multiport ${option}s ${word}` : undefined),
};

/** `10.0.0.1-10.0.0.9`; a single address is a range of one. */
export const ADDRESS_RANGE: Form = {
  is: 'an ascending range of addresses',
  spell: (word, { family }) => {
    const read = parseAddressRange(word, family);
    return read && `${formatIp(read.first)}-${formatIp(read.last)}`;
  },
};

/** An address with its mask, as `-s` takes it, but host bits are printed; one of a single address has no mask. */
export const NETWORK: Form = {
  is: 'an address, or address/mask',
  spell: (word, draft) => spellNetwork(word, draft)?.replace(draft.family === 4 ? /\/32$/ : /\/128$/, ''),
};

/** An address with the length of its prefix, always printed. */
export const PREFIX: Form = {
  is: 'an address, or address/length',
  spell: (word, draft) => spellNetwork(word, draft),
};

/** A mask with holes is kept but not printed. */
function spellNetwork(word: string, { family }: Draft): string | undefined {
  const read = parseMasked(word, family);
  const address = parseMasked(word.split('/')[0]!, family);
  return (
    read &&
    address &&
    `${formatIp(address.set[0]!)}/${read.mask === undefined ? lengthOf(read, family) : BITS[family]}`
  );
}

/** The number of an IP protocol, which may be named. */
export const PROTOCOL: Form = {
  is: 'a protocol',
  spell: (word) => parseProtocol(word)?.toString(),
};

/** The name of an interface, with `+` for all that begin so. */
export const INTERFACE: Form = {
  is: 'an interface name of at most 15 characters',
  spell: (word) => (word.length > 15 ? undefined : word),
};
/** An address of the rule's family. */
export const ADDRESS: Form = {
  is: 'an address of this family',
  spell: (word, { family }) => {
    const read = word.includes('-') ? undefined : parseAddressRange(word, family);
    return read && formatIp(read.first);
  },
};
