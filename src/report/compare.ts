/** The JSON of `nettrace compare`: what becomes of flows in one topology and in another, and which changes make the difference. */
import type { Answer, Assumption, Blame, FlowFact } from './report.ts';

export interface CompareReport {
  readonly version: 1;
  readonly command: 'compare';
  readonly a: ComparedTopology;
  readonly b: ComparedTopology;
  /** The worst of the flows: `unknown` where the model, not the network, is short of an answer. */
  readonly outcome: CompareOutcome;
  readonly counts: { readonly flows: number } & Readonly<Record<CompareOutcome, number>>;
  /** Of the walks in either. */
  readonly assumptions: readonly Assumption[];
  /** All that is said in one topology and not in the other, what is expected of them apart. */
  readonly changes: readonly ChangeFact[];
  readonly flows: readonly ComparedFlow[];
}

export type CompareOutcome = 'same' | 'different' | 'unknown';

export interface ComparedTopology {
  readonly name: string;
  readonly file: string;
  /** As `--set` was given. */
  readonly set?: readonly string[];
}

export interface ChangeFact {
  /** JSON pointer, in `b` unless it was removed there; `#N` is line N of the text there. */
  readonly pointer: string;
  /** As JSON; null where there was nothing. */
  readonly before: string | null;
  /** As JSON; null where there is nothing any more. */
  readonly after: string | null;
  /** `file:line:column` in each, where it is or was. */
  readonly at: { readonly a?: string; readonly b?: string };
}

/** One flow in both. */
export interface ComparedFlow {
  /** As it sets out in `a`. */
  readonly flow: FlowFact;
  /** `same`: verdict, reason, nodes on the way and what is rewritten or encapsulated there, in all walks. */
  readonly outcome: CompareOutcome;
  readonly a: Ending;
  readonly b: Ending;
  /** Where the walks are not the same. */
  readonly difference?: DifferenceFact;
}

export type Ending = Pick<Answer, 'verdict' | 'reason'>;

export interface DifferenceFact {
  readonly a: Answer;
  readonly b: Answer;
  /** The first on the way there, the first on the way back; else that of what followed. */
  readonly partings: readonly PartingFact[];
  /** Null where no set of changes was found that does it. */
  readonly cause: CauseFact | null;
}

/** The step at which two walks part, in the walks of each; null where one has none. */
export interface PartingFact {
  readonly a: Blame | null;
  readonly b: Blame | null;
}

/** Changes that together turn the outcome of `a` into that of `b`, none of which can be left out. */
export interface CauseFact {
  /** Indexes into the changes of the report. */
  readonly changes: readonly number[];
  /** All smaller sets were walked, and none does it. */
  readonly smallest: boolean;
}
