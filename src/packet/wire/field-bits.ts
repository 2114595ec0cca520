/** Numbers of any width at any bit of a packet, most significant bit first. */
import { V6, type Value } from '../../value/address.ts';

/** Reads `bits` bits at bit `at`: up to 48 where they start and end on octets, else 32; 128 are an IPv6 address. */
export function readBits(bytes: Uint8Array, at: number, bits: number): Value {
  const first = at >>> 3;
  if (bits === 128) return readAddress(bytes, first);
  const skipped = at & 7;
  if (skipped + bits <= 8) return (bytes[first]! >>> (8 - skipped - bits)) & ((1 << bits) - 1);
  const last = (at + bits - 1) >>> 3;
  let number = bytes[first]! & (0xff >>> skipped);
  for (let i = first + 1; i < last; i++) number = number * 256 + bytes[i]!;
  const used = ((at + bits - 1) & 7) + 1;
  return number * 2 ** used + (bytes[last]! >>> (8 - used));
}

/** Writes what `readBits` reads, into bits that are 0. */
export function writeBits(bytes: Uint8Array, at: number, bits: number, value: Value): void {
  const first = at >>> 3;
  if (bits === 128) {
    writeAddress(bytes, first, BigInt(value));
    return;
  }
  const number = Number(value);
  const before = at & 7;
  if (before + bits <= 8) {
    bytes[first]! |= number << (8 - bits - before);
    return;
  }
  const last = (at + bits - 1) >>> 3;
  const free = 7 - ((at + bits - 1) & 7);
  if (bits + free <= 31) {
    let rest = number << free;
    for (let i = last; i >= first; i--, rest >>>= 8) bytes[i]! |= rest;
    return;
  }
  let rest = number * 2 ** free;
  for (let i = last; i >= first; i--) {
    bytes[i]! |= rest % 256;
    rest = Math.floor(rest / 256);
  }
}

function readAddress(bytes: Uint8Array, at: number): bigint {
  let address = V6 >> 128n;
  for (let i = at; i < at + 16; i += 4)
    address = (address << 32n) | BigInt(Number(readBits(bytes, i * 8, 32)));
  return address;
}

function writeAddress(bytes: Uint8Array, at: number, address: bigint): void {
  let rest = address;
  for (let i = at + 12; i >= at; i -= 4) {
    writeBits(bytes, i * 8, 32, Number(rest & 0xffffffffn));
    rest >>= 32n;
  }
}
