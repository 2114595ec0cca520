/** What iptables-save text says, as data: tables of chains of rules, each a list of predicates and one target. */
import type { Address, Family } from '../../value/address.ts';
import type { Cite } from '../../walk/cite.ts';
import type { RuleFact } from '../../walk/event.ts';
import type { TableName } from './hook.ts';
import type { Test } from './predicate.ts';
import type { Template } from './tracked.ts';

export interface Ruleset {
  readonly family: Family;
  /** Tables that are absent hold no rules and accept. */
  readonly tables: ReadonlyMap<TableName, Table>;
  /** Some rule switches connection tracking on; without one the kernel keeps no entries and never walks nat. */
  readonly tracks: boolean;
}

export interface Table {
  readonly name: TableName;
  readonly chains: ReadonlyMap<string, Chain>;
}

export interface Chain {
  readonly name: string;
  /** Of built-in chains only. */
  readonly policy: Policy | undefined;
  /** Where the policy is written; undefined when it is the kernel's default. */
  readonly at: Cite | undefined;
  readonly rules: readonly Rule[];
  /** Some rule tests the state of connection tracking. */
  readonly testsState: boolean;
}

export type Policy = 'ACCEPT' | 'DROP';

export interface Rule {
  /** Its position in the chain from 1, its text as written, and where that stands. */
  readonly fact: RuleFact;
  /** Line of the text it was read from, from 1. */
  readonly line: number;
  /** All must hold. */
  readonly tests: readonly Test[];
  /** A match that is not modelled: when all `tests` hold, nobody knows whether the rule matches. */
  readonly unknown: string | undefined;
  readonly testsState: boolean;
  /** `filter/FORWARD/3`: what the rule is called where some of its tests are a choice; undefined where none is. */
  readonly choice: string | undefined;
  readonly target: Target;
}

/** Codes of an ICMP error, in the numbers of the rule set's family. */
export interface IcmpError {
  readonly type: number;
  readonly code: number;
}

export interface Translation {
  readonly do: 'translate';
  readonly name: string;
  readonly kind: 'dnat' | 'snat' | 'masquerade' | 'redirect' | 'netmap';
  /**
   * Undefined for MASQUERADE and REDIRECT, whose address is the machine's, and where only ports change; the network of
   * NETMAP, in which an address keeps its host bits.
   */
  readonly addresses: { readonly first: Address; readonly last: Address } | undefined;
  /** With `base`, the range is shifted: port base becomes first, base + 1 first + 1, … */
  readonly ports: { readonly first: number; readonly last: number; readonly base?: number } | undefined;
  /** --random, --random-fully: the port is changed even where it could be kept. */
  readonly random: boolean;
  /** --persistent: the address choice leaves the other end out. */
  readonly persistent: boolean;
}

/**
 * set: ctmark = (ctmark & ~ctmask) ^ bits; save: ctmark = (ctmark & ~ctmask) ^ (mark & nfmask); restore:
 * mark = (mark & ~nfmask) ^ (ctmark & ctmask).
 */
export interface Connmark {
  readonly do: 'connmark';
  readonly name: 'CONNMARK';
  readonly how: 'set' | 'save' | 'restore';
  readonly ctmask: number;
  readonly nfmask: number;
  readonly bits: number;
}

/** `name` is the target's, as written; '' for a rule without one. */
export type Target =
  /** Counts, logs: the next rule follows. */
  | { readonly do: 'continue'; readonly name: string }
  | { readonly do: 'accept'; readonly name: 'ACCEPT' }
  | { readonly do: 'drop'; readonly name: 'DROP' }
  | { readonly do: 'return'; readonly name: 'RETURN' }
  | { readonly do: 'reject'; readonly name: 'REJECT'; readonly with: IcmpError | 'tcp-reset' }
  /** `goto` leaves no way back to this chain. */
  | { readonly do: 'jump'; readonly name: string; readonly goto: boolean }
  /** mark = (mark & ~mask) ^ bits. */
  | { readonly do: 'mark'; readonly name: 'MARK'; readonly mask: number; readonly bits: number }
  | Connmark
  /** TTL of IPv4 or hop limit of IPv6: set to `by`, or changed by it. */
  | { readonly do: 'ttl'; readonly name: string; readonly how: 'set' | 'add'; readonly by: number }
  /** TOS of IPv4 or traffic class of IPv6: (octet & ~mask) ^ bits. */
  | { readonly do: 'tos'; readonly name: string; readonly mask: number; readonly bits: number }
  /** Clears flags of TCP. */
  | { readonly do: 'flags'; readonly name: 'ECN'; readonly cleared: number }
  /** Lowers the MSS of a SYN to so many octets, or to what the routes there and back take. */
  | { readonly do: 'mss'; readonly name: 'TCPMSS'; readonly to: number | 'path' }
  | { readonly do: 'untrack'; readonly name: string }
  /** CT: what connection tracking is told of the packet before it sees it. */
  | ({ readonly do: 'template'; readonly name: 'CT' } & Template)
  | Translation
  /** A target that is not modelled. */
  | { readonly do: 'unknown'; readonly name: string };

/** A mistake in the text: the line and the column from 1, what is wrong, and what may have been meant. */
export interface TextProblem {
  readonly line: number;
  readonly column: number;
  /** The text is read all the same, but iptables 1.8.9 would not read it, or would not load all of it. */
  readonly isWarning?: true;
  readonly message: string;
  readonly suggestion?: string;
}
