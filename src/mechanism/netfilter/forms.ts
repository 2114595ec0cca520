/** How words of options are written: numbers, names, lists, addresses. Each gives the spelling of iptables-save. */
import { formatAddress } from '../../value/address.ts';
import { parseAddressRange, parseMasked, spellMasked } from './address-text.ts';
import type { Form } from './extension.ts';
import { parseNumber, parsePort, parseProtocol } from './numbers.ts';
import { nearest } from './words.ts';

/** Any text of at most this many bytes. */
export const text = (most: number, is = `a text of at most ${most} bytes`): Form => ({
  is,
  spell: (word) => (Buffer.byteLength(word) <= most ? word : undefined),
});

/** A number in C notation, printed in decimal. */
export const number = (least: number, most: number): Form => ({
  is: `a number from ${least} to ${most}`,
  spell: (word) => {
    const value = parseNumber(word, most);
    return value === undefined || value < least ? undefined : String(value);
  },
});

export const hex = (value: number): string => `0x${value.toString(16)}`;

/** `a` or `a:b`, printed so. An end that is left out is the least or the most. */
export const numberRange = (most: number, is = `a number up to ${most}, or an ascending range`): Form => ({
  is,
  spell: (word) => {
    const bounds = parseBounds(word, most);
    if (!bounds) return undefined;
    return bounds[0] === bounds[1] ? String(bounds[0]) : `${bounds[0]}:${bounds[1]}`;
  },
});

/** The bounds of `a`, `a:b`, `a:` or `:b`; undefined when it is none of them or descends. */
function parseBounds(word: string, most: number): readonly [number, number] | undefined {
  const [low, high = low, ...rest] = word.split(':') as [string, string?];
  const isRange = word.includes(':');
  const first = low === '' && isRange ? 0 : parseNumber(low, most);
  const last = high === '' && isRange ? most : parseNumber(high, most);
  return rest.length > 0 || first === undefined || last === undefined || first > last
    ? undefined
    : [first, last];
}

/** One of these names, as it stands. */
export const oneOf = (...names: readonly string[]): Form => ({
  is: names.length > 8 ? 'a name that is known here' : `one of ${names.join(', ')}`,
  spell: (word) => (names.includes(word) ? word : undefined),
  suggest: (word) => nearest(word, names),
});

/** `value[/mask]` in C notation, printed in hexadecimal; a mask of all ones is left out. */
export const masked = (most = 0xffffffff, is = 'a 32-bit mark, or mark/mask'): Form => ({
  is,
  spell: (word) => {
    const read = parseMaskedNumber(word, most);
    return read && `${hex(read.value)}${read.mask === most ? '' : `/${hex(read.mask)}`}`;
  },
});

/** `value[/mask]`; the mask is all ones unless given. */
export function parseMaskedNumber(
  word: string,
  most = 0xffffffff,
): { readonly value: number; readonly mask: number } | undefined {
  const [low, high, ...rest] = word.split('/');
  const value = parseNumber(low!, most);
  const mask = high === undefined ? most : parseNumber(high, most);
  return rest.length > 0 || value === undefined || mask === undefined ? undefined : { value, mask };
}

const MANY_PORTS = 'a port or an ascending range of ports';

/** `80`, `1000:2000`, `:1023`, `http`. */
export const PORTS: Form = {
  is: MANY_PORTS,
  spell: (word) => {
    const parts = word.split(':');
    if (parts.length > 2) return undefined;
    const [low, high] = parts as [string, string?];
    const first = low === '' && high !== undefined ? 0 : parsePort(low);
    const last = high === undefined ? first : high === '' ? 0xffff : parsePort(high);
    if (first === undefined || last === undefined || first > last) return undefined;
    return first === last ? String(first) : `${first}:${last}`;
  },
  suggest: (word, option) => (word.includes(',') ? `-m multiport ${option}s ${word}` : undefined),
};

/** `10.0.0.1-10.0.0.9`; a single address is a range of one. */
export const ADDRESS_RANGE: Form = {
  is: 'an ascending range of addresses',
  spell: (word, { family }) => {
    const read = parseAddressRange(word, family);
    return read && `${formatAddress(read.first)}-${formatAddress(read.last)}`;
  },
};

/** An address with its mask, as `-s` takes it. */
export const NETWORK: Form = {
  is: 'an address, or address/mask',
  spell: (word, { family }) => {
    const read = parseMasked(word, family);
    return read && spellMasked(read, family);
  },
};

/** The number of an IP protocol, which may be named. */
export const PROTOCOL: Form = {
  is: 'a protocol',
  spell: (word) => parseProtocol(word)?.toString(),
};

/** `a,b,c` of these names in any case, printed in their order; `is` says what one of them is. */
export const listOf = (is: string, names: readonly string[]): Form => ({
  is,
  spell: (word) => {
    const parts = word.toUpperCase().split(',');
    return parts.every((part) => names.includes(part))
      ? names.filter((name) => parts.includes(name)).join(',')
      : undefined;
  },
  suggest: (word) => {
    const wrong = word
      .toUpperCase()
      .split(',')
      .find((part) => !names.includes(part));
    return wrong === undefined ? undefined : nearest(wrong, names);
  },
});
