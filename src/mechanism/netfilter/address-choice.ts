/**
 * Which address of a range a translation takes (net/netfilter/nf_nat_core.c, find_best_ips_proto): a hash without a
 * seed, so every host answers alike.
 */
import { WHOLE, type Address } from '../../value/address.ts';
import { constant, valueOf, type Term } from '../../value/term.ts';
import type { Flow } from '../../packet/flow.ts';
import type { Manip } from './hook.ts';

/** Big-endian 32-bit words of an address: one, or four. */
const wordsOf = (address: Address): number[] =>
  typeof address === 'number'
    ? [address]
    : [96n, 64n, 32n, 0n].map((shift) => Number((address >> shift) & 0xffffffffn));

function addressOf(words: readonly number[]): Address {
  if (words.length === 1) return words[0]!;
  return words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n) + (WHOLE[6][0] as bigint);
}

/** A word as a little-endian machine reads it from the wire. */
const swapped = (word: number): number =>
  (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** jhash2 of four words, include/linux/jhash.h. */
function jhash4(words: readonly [number, number, number, number], seed: number): number {
  const start = (0xdeadbeef + (4 << 2) + seed) | 0;
  let a = (start + words[0]) | 0;
  let b = (start + words[1]) | 0;
  let c = (start + words[2]) | 0;
  a = ((a - c) ^ rotate(c, 4)) | 0;
  c = (c + b) | 0;
  b = ((b - a) ^ rotate(a, 6)) | 0;
  a = (a + c) | 0;
  c = ((c - b) ^ rotate(b, 8)) | 0;
  b = (b + a) | 0;
  a = ((a - c) ^ rotate(c, 16)) | 0;
  c = (c + b) | 0;
  b = ((b - a) ^ rotate(a, 19)) | 0;
  a = (a + c) | 0;
  c = ((c - b) ^ rotate(b, 4)) | 0;
  b = (b + a) | 0;
  return final((a + words[3]) | 0, b, c);
}

function final(a: number, b: number, c: number): number {
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return c >>> 0;
}

/** (hash * size) >> 32, size up to 2^32. */
const scaled = (hash: number, size: number): number => Number((BigInt(hash) * BigInt(size)) >> 32n);

/**
 * The address between `first` and `last` for the end `manip` of a flow. Its destination, and the zone that a CT rule gave
 * it for any direction, are hashed too, where `zone` is defined: --persistent leaves both out. The kernel writes the words
 * of a new destination over the old ones as it goes, and hashes on with the new.
 */
export function chosenAddress(
  { first, last }: { readonly first: Address; readonly last: Address },
  manip: Manip,
  { src, dst }: Pick<Flow, 'src' | 'dst'>,
  zone: number | undefined,
): Term {
  const from = wordsOf(valueOf(src)).map(swapped);
  const to = wordsOf(valueOf(dst)).map(swapped);
  const [a = 0, b = 0, c = 0, d = 0] = from;
  let hash = jhash4([a, b, c, d], zone === undefined ? 0 : (to.at(-1)! ^ zone) >>> 0);
  const lows = wordsOf(first);
  const highs = wordsOf(last);
  let isFree = false;
  const words = lows.map((low, i) => {
    const high = highs[i]!;
    const word = isFree ? scaled(hash, 0xffffffff) : low + scaled(hash, high - low + 1);
    isFree ||= word !== high;
    if (zone !== undefined) hash = (hash ^ (manip === 'dst' ? swapped(word) : to[i]!)) >>> 0;
    return word;
  });
  return constant(addressOf(words));
}
