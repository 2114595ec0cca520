/** The JSON of `nettrace check` and `nettrace lint`: what is wrong with the files, and which expectations do not hold. */
import type { ClaimCode } from './claim.ts';
import type { FindingFact, KnownFinding } from './lint.ts';
import type { PlaceFact } from './place.ts';
import type { ChoiceFact, FlowFact, WalkReport } from './report.ts';

export type { ClaimCode, PlaceFact };

export interface CheckReport {
  readonly version: 1;
  readonly command: 'check' | 'lint';
  /**
   * `invalid`: a file has an error, so that not everything could be asked. `failed`: an expectation of severity error does
   * not hold, lint finds an error, or more warnings than are allowed. `unknown`: the model, not the network, is short of an answer to one. The worst of them, in this order.
   */
  readonly outcome: 'held' | 'failed' | 'invalid' | 'unknown';
  readonly counts: CheckCounts;
  /** Of the expectations only every `count`th was looked at, from the `index`th on. */
  readonly shard?: ShardFact;
  readonly files: readonly CheckedFile[];
  /** Violations of the baseline that are no more. */
  readonly stale: readonly KnownViolation[];
  readonly staleFindings: readonly KnownFinding[];
  /** Warnings of lint beyond which the check fails. */
  readonly maxWarnings: number | null;
  /** The codes that occur, each with what it means. */
  readonly rules: readonly RuleFact[];
}

export interface ShardFact {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

export interface CheckCounts {
  readonly files: number;
  readonly errors: number;
  readonly warnings: number;
  readonly expectations: number;
  /** Flows walked. */
  readonly flows: number;
  readonly held: number;
  readonly failed: number;
  /** Failed with severity warning. */
  readonly warned: number;
  /** Failed as the baseline says. */
  readonly known: number;
  readonly unknown: number;
  /** Findings of lint that are neither off nor known. */
  readonly lintErrors: number;
  readonly lintWarnings: number;
  /** Findings of lint that the files say are right. */
  readonly suppressed: number;
}

export interface CheckedFile {
  /** As it was named. */
  readonly file: string;
  /** Null when it cannot be read. */
  readonly topology: { readonly name: string; readonly file: string } | null;
  readonly diagnostics: readonly DiagnosticFact[];
  /** Of lint; null where it was not asked or there is no topology. */
  readonly findings: readonly FindingFact[] | null;
  readonly expectations: readonly ExpectationFact[];
}

export interface DiagnosticFact {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly at?: PlaceFact;
  readonly suggestion?: string;
}

export interface ExpectationFact {
  readonly name: string;
  readonly severity: 'error' | 'warning';
  /** In the words of whoever expects it. */
  readonly why?: string;
  readonly at: PlaceFact;
  /** Flows walked. */
  readonly flows: number;
  /** Ranges and prefixes that are too large to be walked whole: some of their values stand for all. */
  readonly sampled?: readonly string[];
  /** The worst of its flows; `known`: all that does not hold is in the baseline. */
  readonly outcome: 'held' | 'failed' | 'known' | 'unknown';
  /** Flows of which something claimed does not hold. */
  readonly failures: readonly FailureFact[];
}

export interface FailureFact {
  readonly flow: FlowFact;
  readonly outcome: 'failed' | 'known' | 'unknown';
  /** With `fail-any`: what has failed. */
  readonly fail?: readonly string[];
  /** With `branches`: the branch that it is about. */
  readonly choices?: readonly ChoiceFact[];
  readonly violations: readonly ViolationFact[];
  /** What the flow did; left out where there are many failures. */
  readonly walk?: WalkReport;
}

export type ClaimValue = string | number | boolean | null | readonly string[];

/** Something that was claimed of a flow and does not hold. */
export interface ViolationFact {
  readonly code: ClaimCode;
  /** The direction that the claim is about. */
  readonly way: 'forward' | 'return';
  /** Of an address or port: which. */
  readonly field?: string;
  readonly expected: ClaimValue;
  /** Null where there is nothing to compare: no way back, no such header. */
  readonly found: ClaimValue;
  /** Where it is claimed. */
  readonly at: PlaceFact;
  /** Where in the walk it shows; the number counts through all walks. */
  readonly hop: { readonly number: number; readonly node: string } | null;
  /** What decided there, in the user's file. */
  readonly decided?: PlaceFact;
}

/** A violation as a baseline knows it: lines may move, names and flows do not. */
export interface KnownViolation {
  readonly file: string;
  readonly expectation: string;
  readonly code: ClaimCode;
  /** `10.3.0.4 > 10.1.0.4 tcp/22`. */
  readonly flow: string;
}

export interface RuleFact {
  readonly code: string;
  readonly summary: string;
  readonly condition: string;
}
