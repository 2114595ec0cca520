/** Hashes of terms that stand for one known value: choices and ports that the model makes of a flow. */
import { wordsOf, type Value } from './address.ts';
import { constant, valueOf, type Term } from './term.ts';

/** 32 bits: Fowler-Noll-Vo (FNV-1a) of each field, added up, so that a flow and its answer hash alike; then mixed. */
export function symmetricHash(terms: readonly Term[], seed: number): number {
  let sum = Math.imul(seed, 0x9e3779b1) >>> 0;
  for (const term of terms) sum = (sum + mix(valueOf(term))) >>> 0;
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) >>> 0;
}

/** A number of the range from `base` to `base + mask` that these terms decide; `mask` is a power of two less 1. */
export const hashed = (terms: readonly Term[], base: number, mask: number): Term =>
  constant(base + (symmetricHash(terms, 0) & mask));

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

const mix = (value: Value): number =>
  typeof value === 'number' ? mixWord(OFFSET, value) : wordsOf(value).reduce(mixWord, OFFSET);

function mixWord(start: number, word: number): number {
  let hash = start;
  for (let shift = 0; shift < 32; shift += 8) hash = Math.imul(hash ^ ((word >>> shift) & 0xff), PRIME) >>> 0;
  return hash;
}
