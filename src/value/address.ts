/** Addresses of both families on one number line, so that sets, tables and comparisons exist once. */
// Not the whole package: its ranges are made of texts when it is loaded, which takes longer than a walk.
import { expandIPv6Number } from 'ip-num/dist/src/IPv6Utils.js';

/**
 * An integer of a packet field. Numbers below 2^53 are numbers; only IPv6 addresses are big integers,
 * so an IPv4 walk never pays for them. The two compare exactly with `<` and `===` stays cheap.
 */
export type Value = number | bigint;

/**
 * An IP address: IPv4 is 0 to 2^32-1 as a number, IPv6 is 2^128 + the address as a big integer.
 * The offset keeps the families apart: no IPv6 address lies in a set of IPv4 addresses.
 */
export type Address = Value;

export type Family = 4 | 6;

/** Where IPv6 addresses start on the line. */
export const V6 = 1n << 128n;

/** First and last address of a family. */
export const WHOLE: Readonly<Record<Family, readonly [Address, Address]>> = {
  4: [0, 0xffffffff],
  6: [V6, V6 + V6 - 1n],
};

/** RFC 1122 section 3.2.1.3 and RFC 4291 section 2.5.3. */
export const LOOPBACK: Readonly<Record<Family, Address>> = { 4: 0x7f000001, 6: V6 + 1n };

export const BITS: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };

export const familyOf = (address: Address): Family => (typeof address === 'number' ? 4 : 6);

/** Reads a dotted quad or an IPv6 literal (RFC 4291 section 2.2); undefined when it is neither. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > 45) return undefined;
  return text.includes(':') ? parseGroups(text) : parseQuad(text);
}

/** An IPv6 literal; one with a zone or a prefix length is more than an address. */
function parseGroups(text: string): Address | undefined {
  if (/[^\da-f:.]/i.test(text)) return undefined;
  try {
    const groups = expandIPv6Number(text).split(':');
    return groups.length === 8 ? V6 + BigInt(`0x${groups.join('')}`) : undefined;
  } catch {
    return undefined;
  }
}

/** A dotted quad without leading zeros. */
function parseQuad(text: string): Address | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!parts) return undefined;
  let address = 0;
  for (let i = 1; i <= 4; i++) {
    const part = Number(parts[i]);
    if (part > 255 || (part > 0 ? parts[i]![0] === '0' : parts[i]!.length > 1)) return undefined;
    address = address * 256 + part;
  }
  return address;
}

/** Prints an address: dotted quad, or RFC 5952 for IPv6. */
export const formatAddress = (address: Address): string =>
  typeof address === 'number'
    ? `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
    : formatIpv6(address - V6);

/** RFC 5952 section 4: lower case, no leading zeros, `::` for the first longest run of two or more zero groups. */
function formatIpv6(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => Number((bits >> BigInt(112 - 16 * i)) & 0xffffn));
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const print = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff) {
    return `::ffff:${formatAddress(Number(bits & 0xffffffffn))}`;
  }
  if (best.length < 2) return print(groups);
  return `${print(groups.slice(0, best.start))}::${print(groups.slice(best.start + best.length))}`;
}

/** The low 128 bits of a big integer as four 32-bit words, the lowest first. */
export const wordsOf = (value: bigint): readonly number[] =>
  [0n, 32n, 64n, 96n].map((shift) => Number(BigInt.asUintN(32, value >> shift)));

/** The address `offset` places after `address`, in the same family. */
export const offsetBy = (address: Address, offset: number): Address =>
  typeof address === 'number' ? address + offset : address + BigInt(offset);

/** Reads a MAC address such as 12:34:56:78:9a:bc as a 48-bit number. */
export function parseMac(text: string): number | undefined {
  return /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text)
    ? Number.parseInt(text.replace(/[:-]/g, ''), 16)
    : undefined;
}

export const formatMac = (mac: number): string =>
  mac
    .toString(16)
    .padStart(12, '0')
    .replace(/(..)(?=.)/g, '$1:');
