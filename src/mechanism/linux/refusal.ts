/** What a lookup without a usable route comes to: ip_error, ip6_rt_init_dst_reject, fib4_rule_action. */
import type { Family } from '../../value/address.ts';
import { ipOf, type Packet } from '../../packet/packet.ts';
import type { Action, Io } from '../../walk/device.ts';
import type { Reason } from '../../walk/reason.ts';
import { familyNumber } from '../ttl.ts';
import { sendUnreachable } from './errors.ts';
import type { LinuxMachine } from './machine.ts';
import type { Found } from './routing.ts';

interface Refusal {
  readonly reason: Reason;
  /** Codes of destination unreachable; a blackhole is silent. */
  readonly codes?: Readonly<Record<Family, number>>;
}

const NONE: Refusal = { reason: 'route-missing', codes: { 4: 0, 6: 0 } };
const BLACKHOLE: Refusal = { reason: 'route-blackhole' };
const PROHIBIT: Refusal = { reason: 'route-prohibit', codes: { 4: 13, 6: 1 } };

/** A rule says that the network is unreachable, a route that the host is. */
const BY_ROUTE: Readonly<Record<string, Refusal>> = {
  blackhole: BLACKHOLE,
  prohibit: PROHIBIT,
  unreachable: { reason: 'route-unreachable', codes: { 4: 1, 6: 0 } },
};
const BY_RULE: Readonly<Record<string, Refusal>> = {
  blackhole: BLACKHOLE,
  prohibit: PROHIBIT,
  unreachable: { reason: 'route-unreachable', codes: { 4: 0, 6: 0 } },
};

/** Drops a packet; one that came in, by `port`, has its sender told. */
export function refusal(
  machine: LinuxMachine,
  { route, rule }: Found,
  packet: Packet,
  port: string | undefined,
  io: Io,
): Action {
  const found = route ? BY_ROUTE[route.type] : rule && BY_RULE[rule.action.do];
  const { reason, codes } = found ?? NONE;
  const code = codes?.[familyNumber(ipOf(packet)!.proto)];
  if (port !== undefined && code !== undefined) sendUnreachable(machine, packet, code, reason, io, port);
  return { do: 'drop', reason, at: route?.at ?? rule?.at ?? machine.at };
}
