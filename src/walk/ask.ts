/** The only way for a device to branch on a packet: it asks, an interpreter answers. */
import type { Value } from '../value/address.ts';
import type { IntegerSet } from '../value/integer-set.ts';
import type { Term } from '../value/term.ts';
import type { Cite } from './cite.ts';

/** A table asked with one value: longest prefix, port map, VNI map. */
export interface Table<T> {
  find(value: Value): T | undefined;
}

/** A decision that is the model's own: a hash pick, an equal-cost next hop, an allocated port. */
export interface Choice<T> {
  /** Who chooses, as named on the command line: `--pick NODE=MEMBER`, `--pick NODE:TABLE/CHAIN/RULE=match`. */
  readonly node: string;
  /** What `--pick` may name instead, to pick the same in all its parts. */
  readonly whole?: string;
  readonly options: readonly T[];
  readonly name: (option: T) => string;
  /**
   * The fields that decide, when the choice is a hash of the packet; swapping the ends gives the same pick. Without fields
   * the first option is the default.
   */
  readonly over: readonly Term[];
  /** The share of an option among all that a hash chooses from. Default 1. */
  readonly weight?: (option: T) => number;
  /** Sets choosers apart that hash the same fields. Default 0. */
  readonly seed?: number;
}

export interface Picked<T> {
  readonly option: T;
  readonly how: 'hash' | 'picked' | 'only';
  /** The member that the command line named for this node, when it is not among the options. */
  readonly passedOver?: string;
}

export interface Ask {
  /** Is this field in this set? */
  within(term: Term, set: IntegerSet, cite: Cite | undefined): boolean;
  /** One question with many answers, such as the longest matching prefix. */
  lookup<T>(term: Term, table: Table<T>, cite: Cite | undefined): T | undefined;
  /** Are two fields equal? */
  same(a: Term, b: Term, cite: Cite | undefined): boolean;
  /** The model's own choice; `options` is not empty. */
  choose<T>(choice: Choice<T>): Picked<T>;
  /** What checks stop for security's sake goes on, and is noted. */
  readonly overrules?: true;
}
