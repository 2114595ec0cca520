/** A row of the route table that Azure programs at a NIC, and what the host does with a packet that takes it. */
import { formatAddress, type Address } from '../value/address.ts';
import type { Prefix } from '../value/prefix.ts';
import type { Term } from '../value/term.ts';
import type { Ask } from '../walk/ask.ts';
import type { Cite } from '../walk/cite.ts';
import type { Rejected, RejectedBecause, RouteFact } from '../walk/event.ts';

/** Spelled as `az network nic show-effective-route-table` prints them. */
export type NextHopType =
  | 'VnetLocal'
  | 'VNetPeering'
  | 'VNetGlobalPeering'
  | 'VirtualNetworkGateway'
  | 'Internet'
  | 'VirtualAppliance'
  | 'None'
  | 'VirtualNetworkServiceEndpoint';

export type RouteSource = 'Default' | 'User' | 'VirtualNetworkGateway';

export interface EffectiveRoute {
  readonly prefix: Prefix;
  readonly nextHopType: NextHopType;
  /** Of a VirtualAppliance, kept also when the type became None because nothing usable owns it. */
  readonly nextHopAddress?: Address;
  /** Of a VirtualNetworkGateway row: the gateway's public address, for the reader. */
  readonly gatewayAddress?: Address;
  readonly source: RouteSource;
  /** The user route's name. */
  readonly name?: string;
  /** The VNet that delivers: of VnetLocal its own, of a peering the remote one, of a gateway route the gateway's. */
  readonly vnet?: string;
  /** Of a gateway route: the gateway. */
  readonly gateway?: string;
  readonly at?: Cite;
  /** Why the next hop cannot take packets, when it cannot. */
  readonly broken?: 'peering-not-connected' | 'route-next-hop-unknown';
  /** The machine that has the next hop's address and is deallocated. */
  readonly deallocated?: string;
}

/** A row that is not in force, and why: shown as Invalid, or not shown at all. */
export interface InactiveRoute {
  readonly route: EffectiveRoute;
  readonly why: RejectedBecause;
  /** Whether Azure's table still prints the row, as Invalid. */
  readonly shown: boolean;
}

/** The effective route table of a subnet. */
export interface EffectiveTable {
  /** What decides: the subnet's route table by name, or `system routes`. */
  readonly name: string;
  readonly subnet: string;
  /** Rows in force, in printing order. */
  readonly active: readonly EffectiveRoute[];
  readonly inactive: readonly InactiveRoute[];
  /** The longest matching row in force. */
  lookup(destination: Term, ask: Ask): EffectiveRoute | undefined;
  /** Rows that hold the destination and did not win, the nearest loser first, each with its reason. */
  rejected(destination: Term, ask: Ask): readonly Rejected[];
}

/** The row as events and reports name it. */
export function routeFact(row: EffectiveRoute): RouteFact {
  const nextHop = row.nextHopAddress ?? row.gatewayAddress;
  return {
    prefix: row.prefix,
    nextHopType: row.nextHopType,
    nextHop: nextHop === undefined ? undefined : formatAddress(nextHop),
    source: row.source,
    at: row.at,
  };
}
