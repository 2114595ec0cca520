/** What `--pick NODE:TABLE/CHAIN/RULE=…` may say of the rules that a packet alone does not decide. */
import type { Ruleset } from './ruleset.ts';

export const matchWord = (isMatch: boolean): string => (isMatch ? 'match' : 'no-match');

export const MATCH_WORDS: readonly string[] = [matchWord(true), matchWord(false)];

/** The rules of a rule set that are a choice: `filter/FORWARD/3`. */
export const choicesOf = (ruleset: Ruleset): string[] =>
  [...ruleset.tables.values()].flatMap((table) =>
    [...table.chains.values()].flatMap((chain) => chain.rules.flatMap((rule) => rule.choice ?? [])),
  );
