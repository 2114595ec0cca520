/** Packets that are larger than what they are to leave by: RFC 791 section 3.2, RFC 1191, RFC 8201. */
import { ICMP_TYPE } from '../packet/icmp.ts';
import { ipOf, transportOf, type Packet } from '../packet/packet.ts';
import type { Family } from '../value/address.ts';
import { single } from '../value/integer-set.ts';
import type { Io } from '../walk/device.ts';
import type { IcmpErrorKind } from './ttl.ts';

/** Only IPv4 without DF is cut by a router. TCP sets it unless told otherwise (ip-sysctl: ip_no_pmtu_disc). */
export function mayBeCut(packet: Packet, { ask }: Io): boolean {
  const ip = ipOf(packet)!;
  if (ip.proto === 'ipv6') return false;
  return ip.df !== undefined ? ask.within(ip.df, single(0), undefined) : transportOf(packet)?.proto !== 'tcp';
}

const FRAGMENTATION_NEEDED = 4;
const PACKET_TOO_BIG = 2;

/** Fragmentation needed, or packet too big: no more than `mtu` octets would have passed. */
export const tooBig = (family: Family, mtu: number): IcmpErrorKind =>
  family === 6
    ? { type: PACKET_TOO_BIG, code: 0, mtu }
    : { type: ICMP_TYPE[4].unreachable, code: FRAGMENTATION_NEEDED, mtu };
