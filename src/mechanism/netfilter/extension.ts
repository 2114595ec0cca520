/**
 * What a match or a target is to the reader: its options, how they are spelt, and how they become data.
 *
 *     words of the rule > forms, canonical spelling (spelling.ts) > build > tests or a target
 *                                       |
 *                                       v
 *                              iptables-save text (print.ts)
 *
 * `build` sees the canonical spelling only, so every other spelling means the same by construction.
 */
import type { Family } from '../../value/address.ts';
import type { IntegerSet } from '../../value/integer-set.ts';
import type { Hook, TableName } from './hook.ts';
import type { ChoiceTest, FieldTest, TallyTest, Test } from './predicate.ts';
import type { Target } from './ruleset.ts';
import { slotOf, type Field } from './subject.ts';
import type { Tally } from './tally.ts';

/** An option of a rule. */
export interface Given {
  /** Its first spelling, such as `--dport` where `--destination-port` was written. */
  readonly option: string;
  readonly not: boolean;
  readonly words: readonly string[];
  /** Where it is written in its line, from 1. */
  readonly column: number;
  /** The option that was written, if `canon` has put another for it: people know that one. */
  readonly written?: string;
}

/** How one word of an option is written. */
export interface Form {
  /** What it must be, for people: `a port or an ascending range of ports`. */
  readonly is: string;
  /** The spelling that iptables-save prints; undefined when the word is refused. */
  spell(text: string, draft: Draft): string | undefined;
  /** What may have been meant by a word that is refused. */
  suggest?(text: string, option: string, draft: Draft): string | undefined;
}

/** An option as an extension takes it (libxtables: struct xt_option_entry). */
export interface OptionSpec {
  readonly takes: 0 | 1 | 2;
  /** Of each word it takes; any text unless given. */
  readonly forms?: readonly Form[];
  /** The spelling it is known by, if this is another. */
  readonly as?: string;
  /** May stand behind `!`. */
  readonly not?: true;
  /** May stand several times. */
  readonly many?: true;
  /** The extension cannot do without it. */
  readonly needed?: true;
  /** What it is where it is not given, as iptables-save prints it. */
  readonly otherwise?: string;
  /** Not printed when it is this, and not negated: it says nothing. */
  readonly unless?: string;
  /** Printed in double quotes where it holds more than letters, figures, `-` and `_`, or always. */
  readonly quoted?: true | 'always';
}

export type Options = Readonly<Record<string, OptionSpec>>;

/** The rule that is being read, as its extensions see it. */
export interface Draft {
  readonly family: Family;
  readonly table: TableName;
  /** Undefined without `-p`, and for `-p all`. */
  readonly protocol: { readonly number: number; readonly not: boolean } | undefined;
  /** The other matches and the target of the rule, as far as they have been spelt. */
  readonly parts: readonly Part[];
  /** The rule cannot be loaded; `at` is the option to blame, where it is not the extension as a whole. */
  refuse(message: string, suggestion?: string, at?: Given): void;
  /** Whether something has been refused already. */
  isRefused(): boolean;
  /** `what` may stand only where these hooks, and no others, lead to. */
  onlyAt(hooks: readonly Hook[], what: string): void;
  /** The rule is well formed, but what `name` decides is not modelled. */
  unknown(name: string): void;
}

/** A match or the target of a rule with its options, spelt and ordered as iptables-save prints them. */
export interface Part {
  readonly name: string;
  readonly given: readonly Given[];
}

interface Extension<T> {
  /** In the order in which iptables-save prints them. */
  readonly options: Options;
  /** Families it exists for; both unless given. */
  readonly family?: Family;
  /** Needs `-p` with one of these, without `!`. */
  readonly protocols?: readonly number[];
  /** Where the kernel takes it; everywhere unless given. */
  readonly tables?: readonly TableName[];
  readonly hooks?: readonly Hook[];
  /** At least one of these options is needed. */
  readonly needs?: readonly string[];
  /** In each group the options exclude each other. */
  readonly exclusive?: readonly (readonly string[])[];
  /** Options keep the order of the rule. */
  readonly keepsOrder?: true;
  /** What the single options cannot say: checks them together, and respells them as the kernel holds them. */
  canon?(given: readonly Given[], draft: Draft): readonly Given[];
  /** What it means. Without it the syntax is known and the meaning is not: a walk that reaches it ends as unknown. */
  build?(given: readonly Given[], draft: Draft): T;
}

/** Undefined after a refusal. */
export type Match = Extension<readonly Test[] | undefined>;

export type TargetSpec = Extension<Target | undefined>;

/** XT_EXTENSION_MAXNAMELEN */
export const EXTENSION_NAME = /^[A-Za-z][\w-]{0,27}$/;

/** What is said of a match or target of an add-on: it is read, but nobody here knows what it takes. */
export const foreignText = (name: string): string =>
  `${name} is not part of iptables 1.8.9, and what it decides is unknown`;

type More = Omit<OptionSpec, 'takes' | 'forms' | 'as'>;

/** May be negated. */
export const NOT = { not: true } as const;

/** An option without words. */
export const flag = (more: More = {}): OptionSpec => ({ takes: 0, ...more });

/** An option with one word. */
export const word = (form: Form, more: More = {}): OptionSpec => ({ takes: 1, forms: [form], ...more });

/** An option with two words. */
export const twoWords = (first: Form, second: Form, more: More = {}): OptionSpec => ({
  takes: 2,
  forms: [first, second],
  ...more,
});

/** Options with the other spellings that some of them have. */
export function withSpellings(options: Options, others: Readonly<Record<string, string>>): Options {
  const all: Record<string, OptionSpec> = { ...options };
  for (const [other, name] of Object.entries(others)) all[other] = { ...options[name]!, as: name };
  return all;
}

export const wording = ({
  option,
  written,
  not,
  words,
}: Given): { option: string; not: boolean; wanted: string } => ({
  option: written ?? option,
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

/** A count that the packet adds to. */
export const tallyTest = (
  given: Given,
  by: string,
  tally: Pick<Tally, 'count' | 'most'> & Partial<Tally>,
): TallyTest => ({ cycle: 0, shared: undefined, per: [], ...tally, kind: 'tally', by, ...wording(given) });

/** What is the same of every packet here: `had` says what; `!` turns the answer. */
export const constantTest = (given: Given, holds: boolean, had: string): Test => ({
  kind: 'constant',
  holds: holds !== given.not,
  had,
  ...wording(given),
});

/** Whether the rule is for one of these protocols and says so without `!`. */
export const isFor = ({ protocol }: Draft, ...numbers: readonly number[]): boolean =>
  protocol !== undefined && !protocol.not && numbers.includes(protocol.number);
