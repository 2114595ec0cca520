/** A packet: a stack of headers, outermost first, around a number of payload octets. */
import { constant, ZERO, type Term } from '../value/term.ts';
import { arp, type Arp } from './arp.ts';
import { loopback, sll, sll2 } from './cooked.ts';
import { erspan1, erspan2, erspan3, type Erspan } from './erspan.ts';
import { dccp, type Dccp } from './dccp.ts';
import { esp, type Esp } from './esp.ts';
import { ethernet, type Ethernet } from './ethernet.ts';
import type { Flow } from './flow.ts';
import { geneve, type Geneve } from './geneve.ts';
import { gre, type Gre } from './gre.ts';
import { headSize, type HeaderSpec, type Values } from './header.ts';
import { icmp, icmpv6, type Icmp } from './icmp.ts';
import { ipv4, type Ipv4 } from './ipv4.ts';
import { ipv6, type Ipv6 } from './ipv6.ts';
import {
  destinationOptions,
  fragment,
  hopByHop,
  routing,
  type DestinationOptions,
} from './ipv6-extension.ts';
import { lisp } from './lisp.ts';
import { nvgre } from './nvgre.ts';
import { opaque, type Opaque } from './opaque.ts';
import { sctp, type Sctp } from './sctp.ts';
import { tcp, type Tcp } from './tcp.ts';
import { udp, type Udp } from './udp.ts';
import { vlan, type Vlan } from './vlan.ts';
import { udplite, type UdpLite } from './udplite.ts';
import { vxlan, type Vxlan } from './vxlan.ts';

export type Ip<V = Term> = Ipv4<V> | Ipv6<V>;
/** Transports whose flows have ports. */
export type Ported<V = Term> = Tcp<V> | Udp<V> | UdpLite<V> | Sctp<V> | Dccp<V>;
export type Transport<V = Term> = Ported<V> | Icmp<V> | Opaque<V>;
export type Header<V = Term> = Ip<V> | Transport<V> | Ethernet<V> | Vlan<V> | Arp<V> | Tunnelling<V>;
/** Headers of tunnels. */
type Tunnelling<V> = Vxlan<V> | Geneve<V> | Gre<V> | Erspan<V> | Esp<V> | DestinationOptions<V>;

/** One line a header; adding a header is one file and one line here. */
const SPECS = {
  ethernet,
  vlan,
  arp,
  ipv4,
  ipv6,
  'hop-by-hop': hopByHop,
  'destination-options': destinationOptions,
  routing,
  fragment,
  tcp,
  udp,
  udplite,
  sctp,
  dccp,
  icmp,
  icmpv6,
  vxlan,
  geneve,
  gre,
  nvgre,
  erspan2,
  erspan1,
  erspan3,
  lisp,
  esp,
  sll,
  sll2,
  null: loopback,
  opaque,
} satisfies Readonly<Record<string, HeaderSpec>>;

export const HEADERS: Readonly<Record<keyof typeof SPECS, HeaderSpec>> = SPECS;

export interface Packet<V = Term> {
  /** Outermost first. */
  readonly headers: readonly Header<V>[];
  /** Octets behind the innermost header. */
  readonly payload: number;
}

/** Octets of the packet from its outermost header on, trailers included. */
export function lengthOf(packet: Packet<unknown>): number {
  let length = packet.payload;
  for (let i = packet.headers.length - 1; i >= 0; i--) {
    const header = packet.headers[i]!;
    length += sizeOf(HEADERS[header.proto], length, header as unknown as Values);
  }
  return length;
}

/** Whether a header is the frame's, which no MTU counts: Ethernet's, or a VLAN's. */
export const isFrameHeader = ({ proto }: Header): boolean => FRAME.has(proto);

const FRAME: ReadonlySet<string> = new Set(['ethernet', 'vlan']);

/** Octets of the packet as an MTU counts them: without the frame that it is in. */
export function linkLengthOf({ headers, payload }: Packet): number {
  const first = headers.findIndex((header) => !isFrameHeader(header));
  return lengthOf({ headers: first < 0 ? [] : headers.slice(first), payload });
}

/**
 * Octets of the largest content that fits within `most` octets with these headers around it, trailers included. ESP pads
 * to blocks, so the content may be smaller than what is left.
 */
export function roomIn(headers: readonly Header[], most: number): number {
  const length = (payload: number): number => linkLengthOf({ headers, payload });
  let room = Math.max(0, most - length(0));
  while (room > 0 && length(room) > most) room--;
  while (length(room + 1) <= most) room++;
  return room;
}

/** Octets that a header, with its trailer if it has one, puts around `inner` octets. */
export const sizeOf = (spec: HeaderSpec, inner: number, header: Values): number =>
  spec.size ? spec.size(inner, header) : headSize(spec, header);

/** The packet with headers put around it, the outermost first. */
export const push = (packet: Packet, ...headers: readonly Header[]): Packet => ({
  headers: [...headers, ...packet.headers],
  payload: packet.payload,
});

/** The packet without its `count` outermost headers. */
export const pop = (packet: Packet, count: number): Packet => ({
  headers: packet.headers.slice(count),
  payload: packet.payload,
});

const isIp = <V>(header: Header<V> | undefined): header is Ip<V> =>
  header?.proto === 'ipv4' || header?.proto === 'ipv6';

/** The Ethernet header of a frame; undefined for a packet that travels without one. */
export function frameOf<V>({ headers: [first] }: Packet<V>): Ethernet<V> | undefined {
  return first?.proto === 'ethernet' ? first : undefined;
}

/** Position of the outermost IP header; -1 never leaves this file. */
const ipIndex = (packet: Packet<unknown>): number =>
  isIp(packet.headers[0]) ? 0 : packet.headers.findIndex(isIp);

/** The outermost IP header; undefined for a frame without one. */
export const ipOf = <V>(packet: Packet<V>): Ip<V> | undefined =>
  packet.headers[ipIndex(packet)] as Ip<V> | undefined;

/** The header that the outermost IP header carries, options for its receiver apart. */
export function carriedBy<V>(packet: Packet<V>): Header<V> | undefined {
  const { headers } = packet;
  const at = ipIndex(packet) + 1;
  return headers[at]?.proto === 'destination-options' ? headers[at + 1] : headers[at];
}

/** The header that the outermost IP header carries, when it is a transport. */
export function transportOf<V>(packet: Packet<V>): Transport<V> | undefined {
  const header = carriedBy(packet);
  return header && HEADERS[header.proto].proto === header.proto && isTransport(header) ? header : undefined;
}

const PORTED: ReadonlySet<string> = new Set<Ported['proto']>(['tcp', 'udp', 'udplite', 'sctp', 'dccp']);
const TRANSPORTS: ReadonlySet<string> = new Set([...PORTED, 'icmp', 'icmpv6', 'opaque']);
const isTransport = <V>(header: Header<V>): header is Transport<V> => TRANSPORTS.has(header.proto);

export const hasPorts = <V>(header: Header<V> | undefined): header is Ported<V> =>
  header !== undefined && PORTED.has(header.proto);

/** The packet with fields of its outermost IP header and its transport changed. */
export function rewrite(
  packet: Packet,
  ip: Partial<Record<'src' | 'dst' | 'ttl' | 'dscp' | 'ecn', Term>>,
  ports?: Partial<Record<'sport' | 'dport', Term>>,
): Packet {
  const at = ipIndex(packet);
  const headers = packet.headers.slice();
  headers[at] = { ...(headers[at] as Ip), ...ip };
  const transport = headers[at + 1];
  if (ports && transport) {
    if (transport.proto === 'icmp' || transport.proto === 'icmpv6')
      headers[at + 1] = { ...transport, id: ports.sport ?? ports.dport ?? transport.id };
    else if (hasPorts(transport)) headers[at + 1] = { ...transport, ...ports };
  }
  return { headers, payload: packet.payload };
}

/** The five-tuple of the outermost IP header and what it carries. */
export function flowOf(packet: Packet): Flow {
  const ip = ipOf(packet)!;
  const inner = carriedBy(packet);
  const flow = (proto: Term, sport: Term, dport: Term): Flow => ({
    proto,
    src: ip.src,
    dst: ip.dst,
    sport,
    dport,
  });
  if (!inner) return flow(ZERO, ZERO, ZERO);
  switch (inner.proto) {
    case 'tcp':
      return flow(TCP, inner.sport, inner.dport);
    case 'udp':
      return flow(UDP, inner.sport, inner.dport);
    case 'udplite':
    case 'sctp':
    case 'dccp':
      return flow(constant(protocolOf(inner)), inner.sport, inner.dport);
    case 'icmp':
      return flow(ICMP, inner.id, inner.id);
    case 'icmpv6':
      return flow(ICMPV6, inner.id, inner.id);
    case 'opaque':
      return flow(inner.protocol, ZERO, ZERO);
    default:
      return flow(constant(protocolOf(inner)), ZERO, ZERO);
  }
}

/** The IP protocol number of a header; 0 of one that IP does not carry. */
export const protocolOf = ({ proto }: Header): number => HEADERS[proto].ipProtocol ?? 0;

const TCP = constant(6);
const UDP = constant(17);
const ICMP = constant(1);
const ICMPV6 = constant(58);
