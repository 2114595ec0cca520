/** What is known of a rule while its words are read. */
import type { Family } from '../../value/address.ts';
import type { Draft, Given } from './extension.ts';
import type { TableName } from './hook.ts';
import type { Loaded } from './options.ts';
import type { Word } from './words.ts';

export interface RuleContext {
  readonly family: Family;
  readonly table: TableName;
  readonly line: number;
  /** The whole line. */
  readonly text: string;
  readonly hasChain: (name: string) => boolean;
  /** Whether the rule will be printed. */
  readonly isPrinted: boolean;
  /** Whether matches that nobody knows are refused. */
  readonly onlyKnown: boolean;
  /** Whether somebody wants to know what may have been meant. */
  readonly hints: boolean;
  readonly report: (column: number, message: string, suggestion?: string) => void;
  /** Something is read that iptables 1.8.9 would refuse. */
  readonly warn: (column: number, message: string, suggestion?: string) => void;
}

/** `-j NAME` or `-g CHAIN`, with the options behind it. */
interface Jump {
  readonly name: string;
  readonly goto: boolean;
  readonly column: number;
  readonly loaded: Loaded | undefined;
}

/** What has been read so far. */
export interface Reading {
  readonly words: readonly Word[];
  at: number;
  readonly context: RuleContext;
  isRefused: boolean;
  readonly rule: Given[];
  protocol: Draft['protocol'];
  /** Matches and the target, in the order of the rule. */
  readonly loaded: Loaded[];
  jump: Jump | undefined;
}

/** The rule cannot be loaded, because of what stands at a column. */
export function refuse(reading: Reading, column: number, message: string, suggestion?: string): void {
  // The first mistake of a rule is told; the others are often its consequences.
  if (reading.isRefused) return;
  reading.isRefused = true;
  reading.context.report(column, message, suggestion);
}
