/** Finds the endpoint that a packet is for and takes its headers off: ip_tunnel_lookup, vxlan_rcv, geneve_lookup; tnl_find of OVS. */
import type { Erspan } from '../../packet/erspan.ts';
import { pop, rewrite, ipOf, type Header, type Ip, type Packet } from '../../packet/packet.ts';
import { single } from '../../value/integer-set.ts';
import { constant, ZERO, type Term } from '../../value/term.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Action, Io } from '../../walk/device.ts';
import type { Reason } from '../../walk/reason.ts';
import { nameOf } from './encapsulate.ts';
import type { Encapsulation, TunnelEndpoint } from './endpoint.ts';

/** A packet's outer headers, as far as they say which tunnel it is in. */
interface Outer {
  readonly ip: Ip;
  readonly encapsulation: Encapsulation;
  /** UDP's destination port. */
  readonly port: Term | undefined;
  readonly key: Term | undefined;
  readonly isChecked: boolean;
  readonly isNumbered: boolean;
  readonly inner: Header | undefined;
  /** It came in ESP. */
  readonly isProtected: boolean;
  /** Headers to take off. */
  readonly count: number;
}

/** How a packet came: in ESP between these two ends, or as it is. */
export type Arrival = 'plain' | 'protected';

/** The outer headers of a packet that is in a tunnel; undefined of any other. */
export function outerOf({ headers }: Packet, arrival: Arrival = 'plain'): Outer | undefined {
  const [ip, ...behind] = headers;
  const isLimited = behind[0]?.proto === 'destination-options';
  const [second, third, fourth] = isLimited ? behind.slice(1) : behind;
  const more = isLimited ? 1 : 0;
  if (ip?.proto !== 'ipv4' && ip?.proto !== 'ipv6') return undefined;
  const isProtected = arrival === 'protected';
  const plain = { ip, port: undefined, key: undefined, isChecked: false, isNumbered: false, isProtected };
  switch (second?.proto) {
    case 'gre': {
      const { key, checked, seq } = second;
      const options = { key, isChecked: checked !== undefined, isNumbered: seq !== undefined };
      if (third && isErspan(third))
        return {
          ...plain,
          ...options,
          key: third.session,
          encapsulation: 'erspan',
          inner: fourth,
          count: 3 + more,
        };
      return { ...plain, ...options, encapsulation: 'gre', inner: third, count: 2 + more };
    }
    case 'udp':
      if (third?.proto !== 'vxlan' && third?.proto !== 'geneve') return undefined;
      return {
        ...plain,
        encapsulation: third.proto,
        port: second.dport,
        key: third.vni,
        inner: fourth,
        count: 3,
      };
    case 'ipv4':
    case 'ipv6':
      return { ...plain, encapsulation: 'ip', inner: second, count: 1 + more };
    default:
      return undefined;
  }
}

const isErspan = (header: Header): header is Erspan => header.proto.startsWith('erspan');

/** In the order in which a receiver looks: the later it fails, the nearer it was. */
const CHECKS = ['payload', 'port', 'remote', 'local', 'protection', 'key', 'options'] as const;
type Check = (typeof CHECKS)[number];

const holds = (check: Check, endpoint: TunnelEndpoint, outer: Outer, ask: Ask): boolean => {
  const { at, local, remote, key, isExacting } = endpoint;
  switch (check) {
    case 'payload':
      return endpoint.encapsulation === outer.encapsulation && isCarried(endpoint, outer);
    case 'port':
      return !outer.port || ask.within(outer.port, single(endpoint.port), at);
    case 'remote':
      return endpoint.checks === 'key alone' || ask.same(outer.ip.src, constant(remote), at);
    case 'local':
      return (
        local === undefined || endpoint.checks === 'key alone' || ask.same(outer.ip.dst, constant(local), at)
      );
    case 'protection':
      return (endpoint.esp !== undefined) === outer.isProtected;
    case 'key':
      return key.in === undefined || outer.key === undefined
        ? key.in === undefined && outer.key === undefined
        : ask.within(outer.key, single(key.in), at);
    case 'options':
      return !isExacting || areWanted(endpoint, outer);
    default:
      return check satisfies never;
  }
};

/** ip_tunnel_rcv: checksums of both or of none; sequence numbers at least where they are wanted. */
const areWanted = ({ encapsulation, checksum, sequence }: TunnelEndpoint, outer: Outer): boolean =>
  (encapsulation !== 'gre' && encapsulation !== 'erspan') ||
  (checksum === outer.isChecked && (!sequence || outer.isNumbered));

function isCarried({ carries }: TunnelEndpoint, { inner }: Outer): boolean {
  if (carries === 'frame') return inner?.proto === 'ethernet';
  if (inner?.proto === 'ipv4') return carries.includes(4);
  return inner?.proto === 'ipv6' && carries.includes(6);
}

/** Why no endpoint takes it, and which came nearest. */
export interface Untaken {
  readonly reason: Reason;
  readonly nearest: TunnelEndpoint | undefined;
  /** What the nearest did not agree with. */
  readonly failed: Check;
}

/** The endpoint that takes a packet. Those with a `local` address go before those without. */
export function endpointFor(
  endpoints: readonly TunnelEndpoint[],
  outer: Outer,
  ask: Ask,
): TunnelEndpoint | Untaken {
  let best: { readonly endpoint: TunnelEndpoint; readonly failed: number } | undefined;
  for (const endpoint of endpoints) {
    const failed = CHECKS.findIndex((check) => !holds(check, endpoint, outer, ask));
    if (failed === -1) return endpoint;
    if (failed > (best?.failed ?? 0)) best = { endpoint, failed };
  }
  const failed = CHECKS[best?.failed ?? 0]!;
  return { reason: REASON_OF[failed], nearest: best?.endpoint, failed };
}

export const bySpecificity = (endpoints: readonly TunnelEndpoint[]): readonly TunnelEndpoint[] =>
  endpoints.toSorted((a, b) => Number(a.local === undefined) - Number(b.local === undefined));

const REASON_OF: Readonly<Record<Check, Reason>> = {
  payload: 'tunnel-no-endpoint',
  port: 'tunnel-no-endpoint',
  remote: 'tunnel-no-endpoint',
  local: 'tunnel-no-endpoint',
  protection: 'tunnel-no-endpoint',
  key: 'tunnel-key-mismatch',
  options: 'tunnel-option-mismatch',
};

/** Takes the headers off, and brings the congestion that they were marked with inside (RFC 6040 section 4.2). */
export function decapsulate(
  endpoint: TunnelEndpoint,
  packet: Packet,
  io: Io,
): Packet | Extract<Action, { do: 'drop' }> {
  const { ip, count } = outerOf(packet)!;
  const headers = packet.headers.slice(0, count);
  // The ends of ERSPAN may have headers of other types.
  const tunnel = headers.find(isErspan)?.proto ?? nameOf(endpoint);
  io.note({ type: 'popped', tunnel, headers, at: endpoint.at });
  const inner = pop(packet, count);
  if (!ip.ecn || !io.ask.within(ip.ecn, CONGESTED, undefined)) return inner;
  const own = ipOf(inner);
  if (!own) return inner;
  const before = own.ecn ?? ZERO;
  if (io.ask.within(before, NOT_CAPABLE, undefined))
    return { do: 'drop', reason: 'tunnel-congested', at: endpoint.at };
  if (io.ask.within(before, CONGESTED, undefined)) return inner;
  io.note({ type: 'rewrote', kind: 'ecn', field: 'ecn', before, after: CE, at: endpoint.at });
  return rewrite(inner, { ecn: CE });
}

const NOT_CAPABLE = single(0);
const CONGESTED = single(3);
const CE = constant(3);
