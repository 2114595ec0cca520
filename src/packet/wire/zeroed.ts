/** Octets for packets. */

/** Small packets are cut from one block after another: a buffer of its own costs each of them more than all of its fields. */
const BLOCK = 1 << 16;
const SMALL = BLOCK >> 3;

let block = new ArrayBuffer(BLOCK);
let used = 0;

/** As many octets, all 0; nobody else has them. */
export function zeroed(length: number): Uint8Array {
  if (length > SMALL) return new Uint8Array(length);
  if (used + length > BLOCK) [block, used] = [new ArrayBuffer(BLOCK), 0];
  const octets = new Uint8Array(block, used, length);
  used += length;
  return octets;
}
