/** Ask for one packet: every term is a known value, so every question is answered at once. */
import { symmetricHash } from '../value/hash.ts';
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
