/** The JSON of `nettrace routes`: the shape of Azure's show-effective-route-table, with what nettrace adds. */
import type { RejectedBecause } from '../walk/event.ts';

export interface RoutesReport {
  readonly version: 1;
  readonly command: 'routes';
  readonly topology: { readonly name: string; readonly file: string };
  /** The NIC, subnet or gateway that was asked for. */
  readonly of: string;
  readonly subnet: string;
  readonly value: readonly EffectiveRouteFact[];
  /** With a destination: what is done with it. */
  readonly destination?: {
    readonly address: string;
    readonly winner: EffectiveRouteFact | null;
    readonly rejected: readonly (EffectiveRouteFact & { readonly why: RejectedBecause })[];
  };
}

export interface EffectiveRouteFact {
  /** Null for system routes. */
  readonly name: string | null;
  readonly source: 'Default' | 'User' | 'VirtualNetworkGateway';
  readonly state: 'Active' | 'Invalid';
  readonly addressPrefix: readonly string[];
  readonly nextHopType: string;
  readonly nextHopIpAddress: readonly string[];
  readonly disableBgpRoutePropagation: boolean;
  /** `file:line:column` of a user route. */
  readonly at?: string;
}
