/** Packets from plain values, and the packet that answers another. */
import { familyOf, type Address } from '../value/address.ts';
import { constant, type Term } from '../value/term.ts';
import { ICMP_TYPE } from './icmp.ts';
import { ipOf, transportOf, type Ip, type Packet, type Transport } from './packet.ts';
import { flagByte, type TcpFlag } from './tcp.ts';

export interface PacketValues {
  readonly src: Address;
  readonly dst: Address;
  /** IP protocol number, 0 to 255. */
  readonly proto: number;
  readonly sport: number;
  readonly dport: number;
  readonly flags: readonly TcpFlag[];
  /** ICMP type; undefined is an echo request. */
  readonly type?: number | undefined;
  /** ICMP echo identifier. */
  readonly id: number;
  readonly ttl: number;
}

/** Octets of data that ping sends by default. */
const PING_DATA = 56;

/** A packet without Ethernet header: IP, its transport, and what such a packet usually carries. */
export function makePacket(values: PacketValues): Packet {
  const ip: Ip = {
    proto: familyOf(values.src) === 4 ? 'ipv4' : 'ipv6',
    src: constant(values.src),
    dst: constant(values.dst),
    ttl: constant(values.ttl),
  };
  const transport = makeTransport(values);
  return {
    headers: [ip, transport],
    payload: transport.proto === 'icmp' || transport.proto === 'icmpv6' ? PING_DATA : 0,
  };
}

function makeTransport(values: PacketValues): Transport {
  const ports = { sport: constant(values.sport), dport: constant(values.dport) };
  switch (values.proto) {
    case 6:
      return { proto: 'tcp', ...ports, flags: constant(flagByte(values.flags)) };
    case 17:
      return { proto: 'udp', ...ports };
    case 1:
      return {
        proto: 'icmp',
        type: constant(values.type ?? ICMP_TYPE[4].request),
        code: constant(0),
        id: constant(values.id),
      };
    case 58:
      return {
        proto: 'icmpv6',
        type: constant(values.type ?? ICMP_TYPE[6].request),
        code: constant(0),
        id: constant(values.id),
      };
    default:
      return { proto: 'opaque', protocol: constant(values.proto) };
  }
}

/** The packet with its ends swapped: what its receiver answers, with these TCP flags and a fresh TTL; an echo becomes its reply. */
export function answerTo(packet: Packet, ttl: number, flags: readonly TcpFlag[]): Packet {
  const ip = ipOf(packet)!;
  const transport = transportOf(packet);
  const swapped: Ip = { proto: ip.proto, src: ip.dst, dst: ip.src, ttl: constant(ttl) };
  return {
    headers: transport ? [swapped, answerTransport(transport, flags)] : [swapped],
    payload: packet.payload,
  };
}

function answerTransport(transport: Transport, flags: readonly TcpFlag[]): Transport {
  switch (transport.proto) {
    case 'tcp':
      return {
        proto: 'tcp',
        sport: transport.dport,
        dport: transport.sport,
        flags: constant(flagByte(flags)),
      };
    case 'udp':
      return { proto: 'udp', sport: transport.dport, dport: transport.sport };
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
