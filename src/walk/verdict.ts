/** How a walk ended. */
import type { Cite } from './cite.ts';
import type { Reason } from './reason.ts';

export type Verdict =
  | { readonly outcome: 'delivered'; readonly isForMany?: true }
  | { readonly outcome: 'dropped'; readonly reason: Reason; readonly at: Cite | undefined }
  /** The device, port, packet (its TTL apart) and state of an earlier event came again. */
  | { readonly outcome: 'looped' }
  /** The packet left the modelled world, for a place that has a name. */
  | {
      readonly outcome: 'left';
      readonly towards: string;
      /** Where an answer would come back in, if somebody there would give one. */
      readonly port?: string;
    }
  /** The model, not the network, is short of something. */
  | { readonly outcome: 'unknown'; readonly missing: string; readonly at: Cite | undefined };

export type Outcome = Verdict['outcome'];
