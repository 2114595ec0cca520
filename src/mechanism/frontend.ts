/** Public or balanced address to machine, at the machine's host: what a load balancer leaves to the host switch. */
import { flowOf, type Packet } from '../packet/packet.ts';
import type { Address } from '../value/address.ts';
import { single, type IntegerSet } from '../value/integer-set.ts';
import { constant } from '../value/term.ts';
import type { Cite } from '../walk/cite.ts';
import type { Io } from '../walk/device.ts';
import { translate } from './translation.ts';

/** A load balancing rule, or a public address of the NIC itself, as the backend's host is programmed with it. */
export interface Balanced {
  readonly frontend: Address;
  /** Undefined is any. */
  readonly protocols: IntegerSet | undefined;
  readonly frontendPorts: IntegerSet | undefined;
  readonly backend: Address;
  /** Undefined keeps the port. */
  readonly backendPort: number | undefined;
  readonly enableFloatingIP: boolean;
  readonly rule: string;
  /** The layer that has it: internal frontends are addresses of the VNet, public ones are not. */
  readonly layer: 'slb-vnat' | 'slb-nat';
  /** Standard public addresses let nothing in without a security group; Microsoft, "Load Balancer SKUs", "Secure by default". */
  readonly isClosed: boolean;
  /** Of a public load balancer, which the answer goes past. */
  readonly balancer?: string;
  readonly at: Cite;
}

export interface FromFrontend {
  readonly packet: Packet;
  readonly rule: Balanced;
}

/** Frontend address and port become the machine's own, unless the rule has floating IP; undefined when it is for no frontend. */
export function fromFrontend(
  rules: readonly Balanced[],
  layer: Balanced['layer'],
  packet: Packet,
  io: Io,
): FromFrontend | undefined {
  const flow = flowOf(packet);
  const { ask } = io;
  const rule = rules.find(
    (one) =>
      one.layer === layer &&
      ask.within(flow.dst, single(one.frontend), one.at) &&
      (!one.protocols || ask.within(flow.proto, one.protocols, one.at)) &&
      (!one.frontendPorts || ask.within(flow.dport, one.frontendPorts, one.at)),
  );
  if (!rule) return undefined;
  const dport = rule.backendPort === undefined ? flow.dport : constant(rule.backendPort);
  const dst = rule.enableFloatingIP ? flow.dst : constant(rule.backend);
  const about = { table: layer, rule: { rule: rule.rule, at: rule.at } };
  return { packet: translate(packet, { ...flow, dst, dport }, 'dnat', io, about), rule };
}
