/** Terms made from terms by arithmetic on bits, as `plus` makes them by addition. */
import type { Value } from './address.ts';
import { constant, valueOf, type Term } from './term.ts';

const IPV6_OFFSET = 1n << 128n;

/** The bits of `term` that are set in `mask`; an IPv6 address stays one. */
export function masked(term: Term, mask: Value): Term {
  const value = valueOf(term);
  if (typeof value === 'number') return constant((value & Number(mask)) >>> 0);
  return constant(value & (BigInt(mask) | IPV6_OFFSET));
}

/** (term & ~mask) ^ bits on 32 bits: what MARK does to a packet's mark. */
export const remarked = (term: Term, mask: number, bits: number): Term =>
  constant((((valueOf(term) as number) & ~mask) ^ bits) >>> 0);

/** (term & ~mask) ^ (other & otherMask) on 32 bits: a mark that takes bits of another. */
export const blended = (term: Term, mask: number, other: Term, otherMask: number): Term =>
  remarked(term, mask, (valueOf(other) as number) & otherMask);

/** term + delta, but not below `least` nor above `most`. */
export const clamped = (term: Term, delta: number, least: number, most: number): Term =>
  constant(Math.min(most, Math.max(least, (valueOf(term) as number) + delta)));

/** The address with its host bits in the network from `first` to `last`. */
export function movedInto(term: Term, first: Value, last: Value): Term {
  const value = valueOf(term);
  return typeof value === 'number' && typeof first === 'number'
    ? constant(first + (value % (Number(last) - first + 1)))
    : constant(BigInt(first) + (BigInt(value) % (BigInt(last) - BigInt(first) + 1n)));
}

/** upper * 2^width + lower. */
export const joined = (upper: Term, lower: Term, width: number): Term =>
  constant((valueOf(upper) as number) * 2 ** width + (valueOf(lower) as number));

/** The bits of a term above its lowest `width`. */
export const upper = (term: Term, width: number): Term => constant((valueOf(term) as number) >>> width);

/** first + ((term - base) mod 2^16) mod size: a shifted port range, `--to-destination :first-last/base`. */
export const shifted = (term: Term, base: number, first: number, size: number): Term =>
  constant(first + ((((valueOf(term) as number) - base) & 0xffff) % size));
