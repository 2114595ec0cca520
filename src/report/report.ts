/** The JSON of `nettrace walk`: the contract that renderers and other tools read. Plain values only. */
import type { AssumptionCode } from '../walk/assumption.ts';
import type { PassedBecause, RejectedBecause } from '../walk/event.ts';
import type { Reason } from '../walk/reason.ts';
import type { Outcome } from '../walk/verdict.ts';
import type { FlowFact, PacketFact, Step } from './step.ts';
import type { LedgerFact, SegmentFact } from './ledger.ts';
import type { BlockerFact, ForwardingFact } from './blocker.ts';
import type { MatrixFact } from './matrix.ts';
import type { SuggestionFact } from './suggestion.ts';
import type { TromboneFact } from './trombone.ts';

export type * from './step.ts';
export type * from './blocker.ts';
export type * from './matrix.ts';
export type * from './suggestion.ts';
export type { AssumptionCode, Outcome, PassedBecause, Reason, RejectedBecause };

/** Grows when a name changes its meaning or goes away; new names do not count. */
export const REPORT_VERSION = 1;

/** Over branches that end differently it is `mixed`. */
export type Verdict = Outcome | 'mixed';

export interface WalkReport extends Omit<Answer, 'verdict'> {
  readonly version: typeof REPORT_VERSION;
  readonly command: 'walk';
  readonly topology: { readonly name: string; readonly file: string };
  readonly verdict: Verdict;
  readonly assumptions: readonly Assumption[];
  /** Of those that the packets passed, the ones that have a MAC address in the topology. */
  readonly interfaces?: readonly Interface[];
  /** With --all-paths: every way that the choices can go. What stands above of walks is then that of the first branch. */
  readonly branches?: readonly BranchFact[];
  /** The same as pairs of ways, there and back. */
  readonly matrix?: MatrixFact;
  /** There are more branches, or more sets of failures, than were walked. */
  readonly cut?: true;
  /** Of a flow that does not arrive, or not by the same devices both ways: what helps, the smallest changes first. */
  readonly suggestions?: readonly SuggestionFact[];
  /** With --mid-flow: whether the flow was established before; if not, these are the walks that were to establish it. */
  readonly established?: boolean;
  /** With --past-drops: what would have stopped the packets, in their order; the verdict is that of the first. */
  readonly blockers?: readonly BlockerFact[];
  /** With --past-drops: where the packets went past that. */
  readonly forwarding?: ForwardingFact;
  /** With --fail-any: which failures the flow does not survive. */
  readonly failures?: FailuresFact;
}

export interface FailuresFact {
  /** Failures at once. */
  readonly most: number;
  /** How many sets of failures were walked. */
  readonly tried: number;
  /** The smallest sets first; none holds another. */
  readonly breaking: readonly BreakingFact[];
}

/** What a set of failures does to the flow, down the first branch that it breaks. */
export interface BreakingFact extends Pick<BranchFact, 'choices' | 'verdict' | 'reason'> {
  /** As `--fail` takes them. */
  readonly fail: readonly string[];
  /** Where the packet ended, and which. */
  readonly node: string;
  readonly direction: WalkFact['direction'];
}

/** What becomes of a flow and its answer, down one branch. */
export interface Answer {
  /** Over all directions walked. */
  readonly verdict: Outcome;
  readonly reason: Reason | null;
  /** What ended it, when it was not delivered: indexes into walks, hops and steps. */
  readonly blame: Blame | null;
  /** The same stateful devices in both directions; null when there was no way back to compare. */
  readonly symmetric: boolean | null;
  /** The stateful devices between the ends, in the order of the way there. */
  readonly through: { readonly forward: readonly string[]; readonly return: readonly string[] };
  /** Full-size segments of a TCP connection, each way; where both SYNs said their MSS. */
  readonly segments?: readonly SegmentFact[];
  /** Links between places were crossed to come back again. */
  readonly trombone?: TromboneFact;
  readonly walks: readonly WalkFact[];
}

export interface Interface {
  /** `nva1/eth0`. */
  readonly name: string;
  readonly mac: string;
}

export interface BranchFact extends Answer {
  /** In the order in which the packets came to them. */
  readonly choices: readonly ChoiceFact[];
  /** The part of all flows that goes this way, if hashes spread them evenly; null where no hash decides. */
  readonly share: number | null;
}

export interface ChoiceFact {
  /** As `--pick` takes it. */
  readonly node: string;
  readonly picked: string;
  readonly options: readonly string[];
}

export interface Blame {
  readonly walk: number;
  readonly hop: number;
  readonly step: number;
}

export interface Assumption {
  readonly code: AssumptionCode;
  /** What it is about: a node, a subnet, a value. */
  readonly about?: string;
  /** One line. */
  readonly text: string;
}

export interface WalkFact {
  readonly direction: 'forward' | 'return' | 'follow-up';
  /** For a follow-up: what caused it, and where. */
  readonly cause?: Cause;
  readonly flow: FlowFact;
  /** The packet as it set out. */
  readonly packet: PacketFact;
  readonly verdict: Outcome;
  readonly reason: Reason | null;
  /** For `left`: where to; for `unknown`: what the model lacks. */
  readonly note?: string;
  readonly hops: readonly Hop[];
  /** Absent where no link on the way has an MTU that is known. */
  readonly mtu?: LedgerFact;
}

/** What made a device send a packet of its own: in its words, and the step that did it. */
export interface Cause extends Blame {
  readonly what: string;
}

/** One node that the packet visited: its host switch and its guest together. */
export interface Hop {
  readonly node: string;
  readonly kind: string;
  /** Where the node is attached: `vnet-hub/snet-nva`, a site, `frontend 10.0.1.6`. */
  readonly where?: string;
  /** The place that it is at, where the topology has places. */
  readonly place?: string;
  /** Null on the hop where the packet is made. */
  readonly in: Crossing | null;
  readonly steps: readonly Step[];
  /** Null on the hop where the packet ends, unless it left the model by a port. */
  readonly out: Crossing | null;
}

export interface Crossing {
  readonly port: string;
  readonly packet: PacketFact;
}
