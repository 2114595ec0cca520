/** Packets as the oracle speaks of them, and their octets: RFC 791, 8200, 9293, 768, 792 and 4443. */
import { addressBytes, addressText } from './address.ts';
import { checksum, pseudoHeader } from './checksum.ts';

export interface Wire {
  readonly src: string;
  readonly dst: string;
  /** `tcp`, `udp`, `icmp`, `icmpv6`, or the IP protocol number as text. */
  readonly proto: string;
  readonly ttl: number;
  /** The octet of DSCP and ECN. */
  readonly tos: number;
  readonly sport?: number | undefined;
  readonly dport?: number | undefined;
  /** tcpdump's letters in the order of the header's bits: `FSRP.UEW`. */
  readonly flags?: string | undefined;
  readonly type?: number | undefined;
  readonly code?: number | undefined;
  readonly id?: number | undefined;
  /** The start of the packet that an ICMP error is about. */
  readonly quoted?: Wire | undefined;
  /** IPv4's don't fragment. */
  readonly df?: boolean | undefined;
  /** Octets of data behind the transport header; undefined is the usual for the protocol. */
  readonly data?: number | undefined;
}

/** tcpdump's letters, from the lowest bit. */
export const FLAG_LETTERS: readonly string[] = Array.from('FSRP.UEW');
const NUMBERS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 };
const NAMES = new Map(Object.entries(NUMBERS).map(([name, number]) => [number, name]));

export const protocolNumber = ({ proto }: Pick<Wire, 'proto'>): number => NUMBERS[proto] ?? Number(proto);
export const protocolName = (number: number): string => NAMES.get(number) ?? String(number);

export const isSix = ({ src }: Pick<Wire, 'src'>): boolean => src.includes(':');

const isError = (six: boolean, type: number): boolean =>
  six ? type < 128 : [3, 4, 5, 11, 12].includes(type);

/** Every packet of a connection has the same numbers on both sides, so that all of them are in the window. */
const FIRST_SEQUENCE = 1000;

/** The octets of an IP packet; what a quoted one lost is not made up. */
export function encode(packet: Wire): Buffer {
  const six = isSix(packet);
  const [src, dst] = [addressBytes(packet.src), addressBytes(packet.dst)];
  const carried = transport(packet);
  const number = protocolNumber(packet);
  const at = CHECKSUM_AT[number];
  if (at !== undefined) {
    const covered =
      number === 1 ? carried : Buffer.concat([pseudoHeader(src, dst, number, carried.length), carried]);
    carried.writeUInt16BE(checksum(covered) || (number === 17 ? 0xffff : 0), at);
  }
  return Buffer.concat([
    six ? header6(packet, carried.length) : header4(packet, carried.length),
    src,
    dst,
    carried,
  ]);
}

const CHECKSUM_AT: Readonly<Record<number, number>> = { 1: 2, 6: 16, 17: 6, 58: 2 };

/** The twelve octets before IPv4's addresses. */
function header4({ tos, ttl, df, src, dst, ...packet }: Wire, length: number): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt8(0x45, 0);
  header.writeUInt8(tos, 1);
  header.writeUInt16BE(20 + length, 2);
  header.writeUInt16BE(df === true ? 0x4000 : 0, 6);
  header.writeUInt8(ttl, 8);
  header.writeUInt8(protocolNumber(packet), 9);
  header.writeUInt16BE(checksum(Buffer.concat([header, addressBytes(src), addressBytes(dst)])), 10);
  return header;
}

/** The eight octets before IPv6's addresses. */
function header6({ tos, ttl, ...packet }: Wire, length: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(((6 << 28) | (tos << 20)) >>> 0, 0);
  header.writeUInt16BE(length, 4);
  header.writeUInt8(protocolNumber(packet), 6);
  header.writeUInt8(ttl, 7);
  return header;
}

/** What ping sends, what a GRE header takes. */
const PING_DATA = 56;
const OPAQUE_DATA = 8;

const usualData = (packet: Wire): number => (isEcho(packet) ? PING_DATA : isOpaque(packet) ? OPAQUE_DATA : 0);

const isOpaque = ({ proto }: Wire): boolean => !['tcp', 'udp', 'icmp', 'icmpv6'].includes(proto);

const isEcho = ({ proto, type = 0 }: Wire): boolean =>
  (proto === 'icmp' && (type === 0 || type === 8)) || (proto === 'icmpv6' && (type === 128 || type === 129));

function transport(packet: Wire): Buffer {
  const data = Buffer.alloc(packet.data ?? usualData(packet));
  switch (packet.proto) {
    case 'tcp':
      return Buffer.concat([tcp(packet), data]);
    case 'udp': {
      const header = Buffer.alloc(8);
      header.writeUInt16BE(packet.sport ?? 0, 0);
      header.writeUInt16BE(packet.dport ?? 0, 2);
      header.writeUInt16BE(8 + data.length, 4);
      return Buffer.concat([header, data]);
    }
    case 'icmp':
    case 'icmpv6': {
      const header = Buffer.alloc(8);
      header.writeUInt8(packet.type ?? 8, 0);
      header.writeUInt8(packet.code ?? 0, 1);
      if (packet.quoted) return Buffer.concat([header, encode(packet.quoted)]);
      header.writeUInt16BE(packet.id ?? 0, 4);
      return Buffer.concat([header, data]);
    }
    default:
      return data;
  }
}

function tcp({ sport, dport, flags = '' }: Wire): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(sport ?? 0, 0);
  header.writeUInt16BE(dport ?? 0, 2);
  header.writeUInt32BE(FIRST_SEQUENCE + (flags.includes('S') ? 0 : 1), 4);
  header.writeUInt32BE(flags.includes('.') ? FIRST_SEQUENCE + 1 : 0, 8);
  header.writeUInt8(0x50, 12);
  header.writeUInt8(
    Array.from(flags).reduce((bits, letter) => bits | (1 << FLAG_LETTERS.indexOf(letter)), 0),
    13,
  );
  header.writeUInt16BE(0xffff, 14);
  return header;
}

const flagLetters = (bits: number): string =>
  FLAG_LETTERS.filter((_, bit) => ((bits >> bit) & 1) === 1).join('');

/** Octets of the whole packet. */
export const lengthOf = (packet: Wire): number => encode(packet).length;

/** A packet read from its octets, and what is wrong with them. */
export interface Decoded {
  readonly packet: Wire;
  readonly faults: readonly string[];
}

/** Reads an IP packet; a quoted one may be cut short and has no checksum to hold it to. */
export function decode(octets: Buffer, isQuoted = false): Decoded {
  const six = octets.readUInt8(0) >> 4 === 6;
  const ip = six ? ip6(octets) : ip4(octets);
  const faults = six || isQuoted || checksum(octets.subarray(0, 20)) === 0 ? [] : ['IPv4 header checksum'];
  const carried = octets.subarray(
    six ? 40 : (octets.readUInt8(0) & 15) * 4,
    six ? undefined : octets.readUInt16BE(2),
  );
  const read = decodeTransport(ip, carried, isQuoted);
  return { packet: read.packet, faults: [...faults, ...read.faults] };
}

type Ip = Pick<Wire, 'src' | 'dst' | 'proto' | 'ttl' | 'tos' | 'df'>;

const ip4 = (octets: Buffer): Ip => ({
  src: addressText(octets.subarray(12, 16)),
  dst: addressText(octets.subarray(16, 20)),
  proto: protocolName(octets.readUInt8(9)),
  ttl: octets.readUInt8(8),
  tos: octets.readUInt8(1),
  df: (octets.readUInt8(6) & 0x40) !== 0,
});

const ip6 = (octets: Buffer): Ip => ({
  src: addressText(octets.subarray(8, 24)),
  dst: addressText(octets.subarray(24, 40)),
  proto: protocolName(octets.readUInt8(6)),
  ttl: octets.readUInt8(7),
  tos: (octets.readUInt16BE(0) >> 4) & 0xff,
});

/** Reads what an IP header with these fields carries. */
export function decodeTransport(ip: Ip, carried: Buffer, isQuoted: boolean): Decoded {
  const faults = isQuoted ? [] : checksumFaults(ip, carried);
  switch (ip.proto) {
    case 'tcp': {
      const ports = { sport: carried.readUInt16BE(0), dport: carried.readUInt16BE(2) };
      if (carried.length < 20) return { packet: { ...ip, ...ports }, faults };
      const data = carried.length - (carried.readUInt8(12) >> 4) * 4;
      return { packet: { ...ip, ...ports, flags: flagLetters(carried.readUInt8(13)), data }, faults };
    }
    case 'udp': {
      const ports = { sport: carried.readUInt16BE(0), dport: carried.readUInt16BE(2) };
      return { packet: { ...ip, ...ports, data: carried.length - 8 }, faults };
    }
    case 'icmp':
    case 'icmpv6': {
      const [type, code] = [carried.readUInt8(0), carried.readUInt8(1)];
      if (isError(isSix(ip), type) && !isQuoted && carried.length > 8) {
        const { packet: quoted } = decode(carried.subarray(8), true);
        return { packet: { ...ip, type, code, quoted }, faults };
      }
      return { packet: { ...ip, type, code, id: carried.readUInt16BE(4), data: carried.length - 8 }, faults };
    }
    default:
      return { packet: { ...ip, data: carried.length }, faults };
  }
}

function checksumFaults(ip: Ip, carried: Buffer): readonly string[] {
  const number = protocolNumber(ip);
  if (CHECKSUM_AT[number] === undefined) return [];
  if (number === 17 && carried.readUInt16BE(6) === 0) return isSix(ip) ? ['UDP without checksum'] : [];
  const [src, dst] = [addressBytes(ip.src), addressBytes(ip.dst)];
  const covered =
    number === 1 ? carried : Buffer.concat([pseudoHeader(src, dst, number, carried.length), carried]);
  return checksum(covered) === 0 ? [] : [`${ip.proto} checksum`];
}
