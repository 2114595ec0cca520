/** A pcapng file: draft-ietf-opsawg-pcapng-02, little endian, one section of Ethernet interfaces, times in nanoseconds. */
import { BLOCK, BYTE_ORDER_MAGIC, OPTION } from './pcapng.ts';

export interface WrittenPacket {
  /** Index of its interface. */
  readonly interface: number;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  readonly bytes: Uint8Array;
  /** Whether it came in at the interface or went out. */
  readonly direction: 'in' | 'out';
  readonly comments: readonly string[];
}

const ETHERNET = 1;
const NANOSECONDS = 9;
const DIRECTION = { in: 1, out: 2 } as const;
/** Options of a packet: comment is 1, flags are 2. */
const FLAGS = 2;

export function writePcapng(
  interfaces: readonly string[],
  packets: readonly WrittenPacket[],
  application: string,
): Uint8Array {
  return joined([
    block(BLOCK.section, [
      words(BYTE_ORDER_MAGIC, 1, 0xffffffff, 0xffffffff),
      ...options([[4, utf8(application)]]),
    ]),
    ...interfaces.map((name) =>
      block(BLOCK.interface, [
        words(ETHERNET, 0),
        ...options([
          [OPTION.name, utf8(name)],
          [OPTION.resolution, Uint8Array.of(NANOSECONDS)],
        ]),
      ]),
    ),
    ...packets.map(packetBlock),
  ]);
}

function packetBlock({ interface: id, time, bytes, direction, comments }: WrittenPacket): Uint8Array {
  const stamp = words(Number(time >> 32n), Number(time & 0xffffffffn));
  return block(BLOCK.enhanced, [
    words(id),
    stamp,
    words(bytes.length, bytes.length),
    padded(bytes),
    ...options([
      ...comments.map((comment) => [OPTION.comment, utf8(comment)] as const),
      [FLAGS, words(DIRECTION[direction])],
    ]),
  ]);
}

const encoder = new TextEncoder();
const utf8 = (text: string): Uint8Array => encoder.encode(text);

function words(...numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(numbers.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, number] of numbers.entries()) view.setUint32(i * 4, number, true);
  return bytes;
}

/** With zeros behind it to a multiple of four octets. */
function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  whole.set(bytes);
  return whole;
}

/** A list of options and its end. */
const options = (list: readonly (readonly [number: number, value: Uint8Array])[]): Uint8Array[] => [
  ...list.flatMap(([number, value]) => [words(number + value.length * 0x10000), padded(value)]),
  words(0),
];

function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = 12 + parts.reduce((sum, part) => sum + part.length, 0);
  return joined([words(type, length), ...parts, words(length)]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
