/** What every router does to the TTL: RFC 1812 section 5.3.1, RFC 8200 section 3. */
import { flowOf, ipOf, lengthOf, rewrite, type Header, type Ip, type Packet } from '../packet/packet.ts';
import type { Flow } from '../packet/flow.ts';
import { ICMP_TYPE } from '../packet/icmp.ts';
import { familyOf, type Address, type Family } from '../value/address.ts';
import { constant, plus, ZERO, type Term } from '../value/term.ts';
import { masked, remarked } from '../value/bits.ts';
import type { Action, Io } from '../walk/device.ts';

/**
 * One hop less to live, or the end: the packet is discarded and ICMP time exceeded goes back to its source, from the
 * router's address of that family. Without such an address nothing is sent.
 */
export function decrement(
  packet: Packet,
  router: () => readonly Address[],
  io: Io,
): Packet | Extract<Action, { do: 'drop' }> {
  if (!isExpired(packet, io)) return decremented(packet, io);
  const family = familyNumber(ipOf(packet)!.proto);
  sendFrom(router(), packet, timeExceeded(family), 'ttl-expired', io);
  return { do: 'drop', reason: 'ttl-expired' };
}

/** Sends an error about a packet from that of these addresses that is of its family, if there is one. */
export function sendFrom(
  addresses: readonly Address[],
  about: Packet,
  kind: IcmpErrorKind,
  cause: string,
  io: Io,
): void {
  const family = familyNumber(ipOf(about)!.proto);
  const own = addresses.find((address) => familyOf(address) === family);
  const error = own === undefined ? undefined : icmpError(about, kind, constant(own));
  if (error) io.originate(error, cause);
}

export const timeExceeded = (family: Family): IcmpErrorKind => ({
  type: ICMP_TYPE[family].timeExceeded,
  code: 0,
});

export const isExpired = (packet: Packet, io: Io): boolean =>
  io.ask.within(ipOf(packet)!.ttl, [0, 1], undefined);

export function decremented(packet: Packet, io: Io): Packet {
  const { ttl } = ipOf(packet)!;
  const after = plus(ttl, -1);
  io.note({ type: 'rewrote', kind: 'ttl', field: 'ttl', before: ttl, after });
  return rewrite(packet, { ttl: after });
}

/** Octets of an error in all: it quotes as much of the packet as fits (RFC 1812 section 4.3.2.3, RFC 4443 section 3). */
const LONGEST_ERROR: Readonly<Record<Family, number>> = { 4: 576, 6: 1280 };

/** Octets of the IP and ICMP headers before the quoted packet. */
const ERROR_HEADERS: Readonly<Record<Family, number>> = { 4: 28, 6: 48 };

export interface IcmpErrorKind {
  readonly type: number;
  readonly code: number;
  /** Octets that would have passed, of an error that says so: RFC 1191 section 4, RFC 4443 section 3.2. */
  readonly mtu?: number;
}

/**
 * An ICMP error about a packet, to its source, from this address. Undefined when the packet is itself an ICMP error
 * (RFC 1122 section 3.2.2).
 */
export function icmpError(
  about: Packet,
  { type, code, mtu }: IcmpErrorKind,
  from: Term,
  quoted: Flow = flowOf(about),
): Packet | undefined {
  const ip = ipOf(about)!;
  const family = familyNumber(ip.proto);
  const isError = about.headers.some(
    (header) => (header.proto === 'icmp' || header.proto === 'icmpv6') && header.quoted !== undefined,
  );
  if (isError) return undefined;
  const headers: readonly Header[] = [
    { proto: ip.proto, src: from, dst: quoted.src, ttl: constant(64), ...errorClass(ip) },
    {
      proto: family === 4 ? 'icmp' : 'icmpv6',
      type: constant(type),
      code: constant(code),
      id: ZERO,
      ...(mtu !== undefined && { mtu: constant(mtu) }),
      quoted,
    },
  ];
  return { headers, payload: Math.min(lengthOf(about), LONGEST_ERROR[family] - ERROR_HEADERS[family]) };
}

/**
 * Of what the packet had, an ICMP error takes the low bits of its TOS octet and sets the precedence of internetwork
 * control: icmp_send, RFC 1812 section 4.3.2.5. ICMPv6 errors are of no class.
 */
export const errorClass = (ip: Ip): Pick<Ip, 'dscp' | 'ecn'> =>
  ip.proto === 'ipv6'
    ? {}
    : {
        dscp: remarked(masked(ip.dscp ?? ZERO, 7), 0, 0xc0 >> 2),
        ...(ip.ecn && { ecn: masked(ip.ecn, 2) }),
      };

/** The family of a packet's IP header. */
export const familyNumber = (proto: 'ipv4' | 'ipv6'): Family => (proto === 'ipv4' ? 4 : 6);
