/**
 * Public addresses chained to a gateway load balancer: what comes to them and what leaves by them takes the way round
 * through its appliances. Microsoft, "Gateway Load Balancer", "Data path".
 *
 *      client ── public address ── External ─┐
 *                                            gateway load balancer ── appliance
 *      application ── its host ─── Internal ─┘
 */
import type { Packet } from '../packet/packet.ts';
import type { Address } from '../value/address.ts';
import type { Term } from '../value/term.ts';
import type { Table } from '../walk/ask.ts';
import type { Cite } from '../walk/cite.ts';
import type { Action, Io } from '../walk/device.ts';
import type { RuleFact } from '../walk/event.ts';

export interface Chain {
  readonly address: Address;
  /** Whose public address it is: `lb-app/fip`, `web/eth0`. */
  readonly owner: string;
  /** The device that takes what has passed the appliances. */
  readonly device: string;
  /** The gateway load balancer's frontend: `nvalb/fe`. */
  readonly gateway: string;
  readonly at: Cite;
}

/** The two sides of an appliance, as the gateway load balancer's tunnels to it are called. */
export type Side = 'External' | 'Internal';

/** By these ports packets go to a gateway load balancer and come from it; a NIC's name has no slash. */
export const CHAIN_PORT: Readonly<Record<Side, string>> = {
  External: 'chain/external',
  Internal: 'chain/internal',
};

/** Sends a packet by way of the appliances when its public address, of the sender or the receiver, is chained. */
export function throughChain(
  chains: Table<Chain>,
  side: Side,
  address: Term,
  packet: Packet,
  io: Io,
  rule?: Omit<RuleFact, 'at'>,
): Action | undefined {
  const chain = io.ask.lookup(address, chains, undefined);
  if (!chain) return undefined;
  const { owner, gateway, at } = chain;
  const about = { ...(rule ?? { rule: owner }), at };
  io.note({ type: 'matched', table: 'chain', rule: about, action: `to ${gateway}` });
  io.note({ type: 'assumed', code: 'chain-handover' });
  return { do: 'send', port: CHAIN_PORT[side], packet };
}
