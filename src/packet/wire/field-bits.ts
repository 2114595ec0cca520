/** Numbers of any width at any bit of a packet, most significant bit first. */
import { V6, type Value } from '../../value/address.ts';

/** Reads `bits` bits at bit `at`: up to 48 where they start and end on octets, else 32; 128 are an IPv6 address. */
export function readBits(bytes: Uint8Array, at: number, bits: number): Value {
  const first = at >>> 3;
  switch (bits) {
    case 16:
      if ((at & 7) === 0) return (bytes[first]! << 8) | bytes[first + 1]!;
      break;
    case 128:
      return readAddress(bytes, first);
    default:
  }
  const last = (at + bits - 1) >>> 3;
  let number = 0;
  for (let i = first; i <= last; i++) number = number * 256 + bytes[i]!;
  const below = (last + 1) * 8 - (at + bits);
  return (below === 0 ? number : Math.floor(number / 2 ** below)) % 2 ** bits;
}

/** Writes what `readBits` reads, into bits that are 0. */
export function writeBits(bytes: Uint8Array, at: number, bits: number, value: Value): void {
  if (bits === 128) {
    writeAddress(bytes, at >>> 3, BigInt(value));
    return;
  }
  const first = at >>> 3;
  const last = (at + bits - 1) >>> 3;
  let rest = Number(value) * 2 ** ((last + 1) * 8 - (at + bits));
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
