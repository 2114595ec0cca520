/** What would stop packets for security's sake, apart from where they would go. */
import type { Outcome } from '../walk/verdict.ts';
import type { Reason } from '../walk/reason.ts';
import { count, object, orNull, ref, text } from './schema-part.ts';

/** A check that would have dropped the packet: the step by its indexes, and where it stands. */
export interface BlockerFact {
  readonly walk: number;
  readonly hop: number;
  readonly step: number;
  readonly node: string;
  readonly reason: Reason;
  /** `file:line:column` in the user's file. */
  readonly at?: string;
}

/** What became of the packets past all blockers. */
export interface ForwardingFact {
  readonly verdict: Outcome;
  readonly reason: Reason | null;
  readonly blame: { readonly walk: number; readonly hop: number; readonly step: number } | null;
}

export const blockerDefinitions = <const Verdict, const Cause>(verdict: Verdict, reason: Cause) =>
  ({
    blocker: object(
      { walk: count, hop: count, step: count, node: text, reason },
      { at: { ...text, description: 'file:line:column in the user’s file' } },
    ),
    forwarding: object({ verdict, reason: orNull(reason), blame: orNull(ref('blame')) }),
  }) as const;
