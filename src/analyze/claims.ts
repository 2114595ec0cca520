/** What an expectation claims of a flow, as plain data; every claim knows where it is made. */
import type { Cite } from '../walk/cite.ts';
import type { Outcome, Reason } from '../report/report.ts';

export interface Claim<T> {
  readonly wanted: T;
  readonly at: Cite;
}

/** Claims that either direction can have. Ends are printed as reports print them. */
export interface WayClaims {
  readonly via?: Claim<readonly string[]>;
  /** Fields of the packet where it ends; `none` is that nothing was rewritten. */
  readonly nat?: readonly (Claim<string | number> & { readonly field: NatField })[] | Claim<'none'>;
  readonly encapsulation?: Claim<readonly string[] | 'none'>;
  readonly ttl?: Claim<number>;
  /** Octets of the largest packet that passes whole. */
  readonly mtuAtLeast?: Claim<number>;
  /** Nodes that are delivered a copy that a mirror made of the packet. */
  readonly mirroredTo?: Claim<readonly string[]>;
  /** Of the answer alone; for both ways it is a claim of the whole. */
  readonly notVia?: Claim<readonly string[]>;
}

export type NatField = 'src' | 'dst' | 'sport' | 'dport';

export interface Claims {
  readonly verdict: Claim<readonly Outcome[]>;
  readonly reason?: Claim<readonly Reason[]>;
  readonly end?: Claim<string>;
  readonly notVia?: Claim<readonly string[]>;
  readonly throughSame?: Claim<readonly string[]>;
  readonly symmetric?: Claim<boolean>;
  readonly trombone?: Claim<boolean>;
  /** Down which branches the claims hold; the usual one, where nothing is said. */
  readonly branches?: Claim<'every' | 'some'>;
  /** They hold whichever so many nodes, links and ports fail. */
  readonly failAny?: Claim<number>;
  /** They are about the next packet of a flow that was established before. */
  readonly midFlow?: Claim<true>;
  readonly forward: WayClaims;
  readonly return: WayClaims;
}
