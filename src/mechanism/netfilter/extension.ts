/** What a match or a target is to the reader: its options, and how they become data. */
import type { Family } from '../../value/address.ts';
import type { IntegerSet } from '../../value/integer-set.ts';
import type { Hook, TableName } from './hook.ts';
import { slotOf, type ChoiceTest, type Field, type FieldTest, type Test } from './predicate.ts';
import type { Target } from './ruleset.ts';

/** An option as it stood in a rule. */
export interface Given {
  /** Its first spelling, such as `--dport` where `--destination-port` was written. */
  readonly option: string;
  readonly not: boolean;
  readonly words: readonly string[];
}

/** How many words follow an option, and the spelling it is known by if that is another. */
export interface OptionSpec {
  readonly takes: 0 | 1 | 2;
  readonly as?: string;
}

/** The rule that is being read, as its extensions see it. */
export interface Draft {
  readonly family: Family;
  readonly table: TableName;
  /** Undefined without `-p`, and for `-p all`. */
  readonly protocol: { readonly number: number; readonly not: boolean } | undefined;
  /** The rule cannot be loaded. */
  refuse(message: string, suggestion?: string): void;
  /** The rule is well formed, but what `name` decides is not modelled. */
  unknown(name: string): void;
}

interface Extension<T> {
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Families it exists for; both unless given. */
  readonly family?: Family;
  build(given: readonly Given[], draft: Draft): T;
}

/** Undefined after a refusal. */
export type Match = Extension<readonly Test[] | undefined>;

export interface TargetSpec extends Extension<Target | undefined> {
  /** Where the kernel takes it; everywhere unless given. */
  readonly tables?: readonly TableName[];
  readonly hooks?: readonly Hook[];
}

/** Options that take one word each, with their other spellings. */
export function oneWord(names: Readonly<Record<string, readonly string[]>>): Record<string, OptionSpec> {
  const options: Record<string, OptionSpec> = {};
  for (const [name, spellings] of Object.entries(names)) {
    options[name] = { takes: 1 };
    for (const other of spellings) options[other] = { takes: 1, as: name };
  }
  return options;
}

export const wording = ({ option, not, words }: Given): { option: string; not: boolean; wanted: string } => ({
  option,
  not,
  wanted: words.join(' '),
});

export const fieldTest = (given: Given, field: Field, set: IntegerSet): FieldTest => ({
  kind: 'field',
  field,
  slot: slotOf(field),
  set,
  ...wording(given),
});

/** What a five-tuple cannot decide: `usually` is the answer without `!`. */
export const choiceTest = (given: Given, by: string, usually: boolean): ChoiceTest => ({
  kind: 'choice',
  by,
  holds: usually !== given.not,
  ...wording(given),
});

/** Whether the rule is for one of these protocols and says so without `!`. */
export const isFor = ({ protocol }: Draft, ...numbers: readonly number[]): boolean =>
  protocol !== undefined && !protocol.not && numbers.includes(protocol.number);
