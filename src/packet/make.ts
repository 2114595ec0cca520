/** Packets from plain values, and the packet that answers another. */
import { familyOf, type Address } from '../value/address.ts';
import { constant, type Term } from '../value/term.ts';
import { ICMP_TYPE, type Icmp } from './icmp.ts';
import {
  flowOf,
  frameOf,
  ipOf,
  lengthOf,
  transportOf,
  type Header,
  type Ip,
  type Packet,
  type Transport,
} from './packet.ts';
import { flagByte, type Tcp, type TcpFlag } from './tcp.ts';

export interface PacketValues {
  readonly src: Address;
  readonly dst: Address;
  /** IP protocol number, 0 to 255. */
  readonly proto: number;
  readonly sport: number;
  readonly dport: number;
  readonly flags: readonly TcpFlag[];
  /** What a SYN says that its sender takes, in octets; undefined says nothing. */
  readonly mss?: number | undefined;
  /** ICMP type; undefined is an echo request. */
  readonly type?: number | undefined;
  /** ICMP code; undefined is 0. */
  readonly code?: number | undefined;
  /** ICMP echo identifier. */
  readonly id: number;
  /** The packet that an ICMP error is about. */
  readonly quoted?: Packet | undefined;
  /** ICMP echo sequence number. */
  readonly seq?: number | undefined;
  readonly ttl: number;
  /** Code point, 0 to 63; undefined is 0. */
  readonly dscp?: number | undefined;
  /** Congestion notification, 0 to 3; undefined is 0. */
  readonly ecn?: number | undefined;
  /** Don't fragment, which IPv4 alone can say; undefined says nothing, and of TCP is taken as set. */
  readonly df?: boolean | undefined;
  /** Octets in all, at least those of the headers; undefined is what such a packet usually has. */
  readonly size?: number | undefined;
}

const TCP = 6;

/** Octets behind the header that its packet usually has: the data of a ping, an INIT chunk, the rest of a DCCP Request. */
const USUAL: Partial<Record<Transport['proto'], number>> = { icmp: 56, icmpv6: 56, sctp: 20, dccp: 8 };

/** Octets of a packet that an error of 576 octets quotes: RFC 1812 section 4.3.2.3. */
const MOST_QUOTED = 548;

/** A packet without Ethernet header: IP, its transport, and what such a packet usually carries. */
export function makePacket(values: PacketValues): Packet {
  const isFour = familyOf(values.src) === 4;
  const { dscp, ecn, df } = values;
  const ip: Ip = {
    proto: isFour ? 'ipv4' : 'ipv6',
    src: constant(values.src),
    dst: constant(values.dst),
    ttl: constant(values.ttl),
    ...(dscp && { dscp: constant(dscp) }),
    ...(ecn && { ecn: constant(ecn) }),
    ...(isFour && (df === true || (df === false && values.proto === TCP)) && { df: constant(df ? 1 : 0) }),
  };
  const transport = makeTransport(values);
  const bare: Packet = { headers: [ip, transport], payload: 0 };
  const { size, quoted } = values;
  const usual = quoted ? Math.min(lengthOf(quoted), MOST_QUOTED) : (USUAL[transport.proto] ?? 0);
  return { ...bare, payload: size === undefined ? usual : size - lengthOf(bare) };
}

function makeTransport(values: PacketValues): Transport {
  const ports = { sport: constant(values.sport), dport: constant(values.dport) };
  switch (values.proto) {
    case 6:
      return { proto: 'tcp', ...ports, flags: constant(flagByte(values.flags)), ...mssOf(values) };
    case 17:
      return { proto: 'udp', ...ports };
    case 33:
      return { proto: 'dccp', ...ports };
    case 132:
      return { proto: 'sctp', ...ports };
    case 136:
      return { proto: 'udplite', ...ports };
    case 1:
      return makeIcmp('icmp', ICMP_TYPE[4].request, values);
    case 58:
      return makeIcmp('icmpv6', ICMP_TYPE[6].request, values);
    default:
      return { proto: 'opaque', protocol: constant(values.proto) };
  }
}

/** A segment says it in its SYN alone, and a --size of bare headers leaves no room for it. */
const mssOf = ({
  flags,
  mss,
  src,
  size,
}: Pick<PacketValues, 'flags' | 'mss' | 'src' | 'size'>): Pick<Tcp, 'mss'> =>
  mss !== undefined && flags.includes('SYN') && (size ?? Infinity) >= MSS_SYN[familyOf(src)]
    ? { mss: constant(mss) }
    : {};

/** Octets of a SYN with the option. */
const MSS_SYN = { 4: 44, 6: 64 } as const;

const makeIcmp = (
  proto: Icmp['proto'],
  request: number,
  { type, code, id, seq, quoted }: PacketValues,
): Icmp => ({
  proto,
  type: constant(type ?? request),
  code: constant(code ?? 0),
  id: constant(quoted ? 0 : id),
  ...(seq !== undefined && { seq: constant(seq) }),
  ...(quoted && { quoted: flowOf(quoted) }),
});

/** What the receiver says of its own in its answer; the flags and the MSS of TCP only. */
export interface Answering {
  readonly ttl: number;
  readonly flags?: readonly TcpFlag[];
  readonly mss?: number | undefined;
}

/** The packet with its ends swapped: what its receiver answers; an echo becomes its reply. */
export function answerTo(packet: Packet, answering: Answering): Packet {
  const ip = ipOf(packet)!;
  const transport = transportOf(packet);
  const isEcho = transport?.proto === 'icmp' || transport?.proto === 'icmpv6';
  const swapped: Ip = {
    proto: ip.proto,
    src: ip.dst,
    dst: ip.src,
    ttl: constant(answering.ttl),
    // icmp_reply and icmpv6_echo_reply give the request's traffic class back.
    ...(isEcho && ip.dscp && { dscp: ip.dscp }),
    ...(isEcho && ip.ecn && { ecn: ip.ecn }),
  };
  return {
    headers: [...frameBack(packet), swapped, ...(transport ? [answerTransport(transport, answering)] : [])],
    payload: packet.payload,
  };
}

/** A frame that left the model is answered in a frame. */
function frameBack(packet: Packet): readonly Header[] {
  const frame = frameOf(packet);
  return frame ? [{ ...frame, src: frame.dst, dst: frame.src }] : [];
}

function answerTransport(transport: Transport, { flags = [], mss }: Answering): Transport {
  switch (transport.proto) {
    case 'tcp':
      return {
        proto: 'tcp',
        sport: transport.dport,
        dport: transport.sport,
        flags: constant(flagByte(flags)),
        ...(mss !== undefined && { mss: constant(mss) }),
      };
    case 'udp':
    case 'udplite':
    case 'sctp':
    case 'dccp':
      return { proto: transport.proto, sport: transport.dport, dport: transport.sport };
    case 'icmp':
    case 'icmpv6':
      return { ...transport, type: REPLY[transport.proto] };
    case 'opaque':
      return transport;
    default:
      return transport satisfies never;
  }
}

const REPLY: Readonly<Record<'icmp' | 'icmpv6', Term>> = {
  icmp: constant(ICMP_TYPE[4].reply),
  icmpv6: constant(ICMP_TYPE[6].reply),
};
