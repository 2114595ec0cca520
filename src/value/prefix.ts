/** An IP prefix: a network address and a length. */
import { BITS, familyOf, formatAddress, parseAddress, WHOLE, type Address, type Family } from './address.ts';

export interface Prefix {
  readonly first: Address;
  readonly last: Address;
  /** Leading bits that all its addresses share: 0 to 32, or 0 to 128. */
  readonly length: number;
}

/** The prefix of `length` bits that holds `address`; host bits are cleared. */
export function prefixOf(address: Address, length: number): Prefix {
  if (typeof address === 'number') {
    const size = 2 ** (32 - length);
    const first = address - (address % size);
    return { first, last: first + size - 1, length };
  }
  const size = 1n << BigInt(128 - length);
  const first = address - (address % size);
  return { first, last: first + size - 1n, length };
}

/** The prefix of length 0: every address of the family. */
export const ALL: Readonly<Record<Family, Prefix>> = {
  4: { first: WHOLE[4][0], last: WHOLE[4][1], length: 0 },
  6: { first: WHOLE[6][0], last: WHOLE[6][1], length: 0 },
};

/** Why a text is not a prefix: it is none at all, or its host bits are set (then `prefix` is what was probably meant). */
export type PrefixProblem =
  { readonly problem: 'syntax' } | { readonly problem: 'host-bits'; readonly prefix: Prefix };

/** Reads `10.0.0.0/24`, `2001:db8::/64`, or a bare address as a host prefix. */
export function parsePrefix(text: string): Prefix | PrefixProblem {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return { problem: 'syntax' };
  const bits = BITS[familyOf(address)];
  const tail = slash < 0 ? String(bits) : text.slice(slash + 1);
  const length = /^(0|[1-9]\d{0,2})$/.test(tail) ? Number(tail) : 999;
  if (length > bits) return { problem: 'syntax' };
  const prefix = prefixOf(address, length);
  return prefix.first === address ? prefix : { problem: 'host-bits', prefix };
}

/** Reads a prefix that is known to be well formed; throws a bug otherwise. */
export function prefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  if ('problem' in parsed) throw new Error(`not a prefix: ${text}`);
  return parsed;
}

export const formatPrefix = (p: Prefix): string => `${formatAddress(p.first)}/${p.length}`;

export const contains = (p: Prefix, address: Address): boolean => address >= p.first && address <= p.last;

/** Whether every address of `inner` is in `outer` (equal prefixes included). */
export const covers = (outer: Prefix, inner: Prefix): boolean =>
  inner.first >= outer.first && inner.last <= outer.last;

export const samePrefix = (a: Prefix, b: Prefix): boolean => a.first === b.first && a.length === b.length;

/** Prefixes either nest or are apart, so two overlap exactly when one covers the other. */
export const overlaps = (a: Prefix, b: Prefix): boolean => covers(a, b) || covers(b, a);

export const hostPrefix = (address: Address): Prefix => prefixOf(address, BITS[familyOf(address)]);
