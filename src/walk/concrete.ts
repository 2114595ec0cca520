/** Ask for one packet: every term is a known value, so every question is answered at once. */
import { wordsOf, type Value } from '../value/address.ts';
import { has, type IntegerSet } from '../value/integer-set.ts';
import { valueOf, type Term } from '../value/term.ts';
import type { Ask, Choice, Picked, Table } from './ask.ts';

/** Picks by node name, as `--pick NODE=MEMBER` gives them; a member may be named in full or by its node. */
export type Picks = ReadonlyMap<string, string>;

/** The interpreter of one packet. Choices follow `picks`, else the hash of the fields they are over. */
export const concretely = (picks: Picks = new Map()): Ask => ({
  within: (term: Term, set: IntegerSet): boolean => has(set, valueOf(term)),
  lookup: <T>(term: Term, table: Table<T>): T | undefined => table.find(valueOf(term)),
  same: (a: Term, b: Term): boolean => valueOf(a) === valueOf(b),
  choose: <T>(choice: Choice<T>): Picked<T> => {
    const wanted = picks.get(choice.node) ?? picks.get(choice.whole ?? choice.node);
    const named =
      wanted === undefined
        ? undefined
        : choice.options.find((option) => isNamed(choice.name(option), wanted));
    if (named !== undefined) return { option: named, how: 'picked' };
    const missed = wanted === undefined ? {} : { passedOver: wanted };
    if (choice.options.length === 1) return { option: choice.options[0]!, how: 'only', ...missed };
    const hash = choice.over.length === 0 ? 0 : symmetricHash(choice.over, choice.seed ?? 0);
    return { option: byHash(choice, hash), how: 'hash', ...missed };
  },
});

/** The option in whose share the hash falls. */
function byHash<T>({ options, weight = () => 1 }: Choice<T>, hash: number): T {
  let rest = hash % options.reduce((sum, option) => sum + weight(option), 0);
  return options.find((option) => (rest -= weight(option)) < 0)!;
}

/** Whether `wanted` names this option: exactly, or by the node of a `node/port` name. */
export const isNamed = (name: string, wanted: string): boolean =>
  name === wanted || name.startsWith(`${wanted}/`);

/** Fowler-Noll-Vo (FNV-1a) of each field, added up, so that a flow and its answer hash alike; then mixed. */
function symmetricHash(terms: readonly Term[], seed: number): number {
  let sum = Math.imul(seed, 0x9e3779b1) >>> 0;
  for (const term of terms) sum = (sum + mix(valueOf(term))) >>> 0;
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) >>> 0;
}

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

const mix = (value: Value): number =>
  typeof value === 'number' ? mixWord(OFFSET, value) : wordsOf(value).reduce(mixWord, OFFSET);

function mixWord(start: number, word: number): number {
  let hash = start;
  for (let shift = 0; shift < 32; shift += 8) hash = Math.imul(hash ^ ((word >>> shift) & 0xff), PRIME) >>> 0;
  return hash;
}
