/**
 * TCP, RFC 9293 section 3.1.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------------------------------+-------------------------------+
 *    |          Source port          |       Destination port        |
 *    +-------------------------------+-------------------------------+
 *    |                        Sequence number                        |
 *    +---------------------------------------------------------------+
 *    |                     Acknowledgment number                     |
 *    +-------+-------+---------------+-------------------------------+
 *    |Offset | Rsrvd |CEUAPRSF flags |            Window             |
 *    +-------+-------+---------------+-------------------------------+
 *    |           Checksum            |        Urgent pointer         |
 *    +-------------------------------+-------------------------------+
 *    |                Options, to a multiple of 32 bits              |
 *    +---------------------------------------------------------------+
 */
import { setOf, type IntegerSet } from '../value/integer-set.ts';
import type { Term } from '../value/term.ts';
import { transportChecksum } from './checksum.ts';
import { headWords, made, reserved, value } from './field.ts';
import type { HeaderSpec } from './header.ts';
import { TCP_LIKE, type HeaderOption } from './option.ts';

export interface Tcp<V = Term> {
  readonly proto: 'tcp';
  readonly sport: V;
  readonly dport: V;
  /** The flag byte, FIN in bit 0 to CWR in bit 7. */
  readonly flags: V;
  /** Of a SYN: octets of the largest segment that its sender takes, RFC 9293 section 3.7.1. */
  readonly mss?: V;
}

export const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const;

export type TcpFlag = (typeof TCP_FLAGS)[number];

/** The flag byte with these flags set. */
export const flagByte = (flags: readonly TcpFlag[]): number =>
  flags.reduce((byte, flag) => byte | (1 << TCP_FLAGS.indexOf(flag)), 0);

/** Every flag byte that has these flags, whatever others. */
export const flagsWith = (...flags: readonly TcpFlag[]): IntegerSet =>
  setOf(
    Array.from({ length: 256 }, (_, byte) => byte)
      .filter((byte) => (byte & flagByte(flags)) === flagByte(flags))
      .map((byte) => ({ first: byte, last: byte })),
  );

/** The names of the flags set in a flag byte, lowest bit first. */
export const flagNames = (byte: number): TcpFlag[] => TCP_FLAGS.filter((_, bit) => byte & (1 << bit));

/** Options by kind: RFC 9293 section 3.2, RFC 7323, RFC 2018. */
export const TCP_OPTIONS: Readonly<Record<number, string>> = {
  0: 'end',
  1: 'nop',
  2: 'mss',
  3: 'window-scale',
  4: 'sack-permitted',
  5: 'sack',
  8: 'timestamps',
};

const SAID = new Map<number, readonly HeaderOption[]>();

/** The option of an MSS, made once: the length of a packet is asked for at every hop. */
function saying(mss: number): readonly HeaderOption[] {
  const known = SAID.get(mss) ?? [{ kind: 2, data: Uint8Array.of(mss >> 8, mss) }];
  SAID.set(mss, known);
  return known;
}

export const tcp = {
  proto: 'tcp',
  fields: { sport: 'number', dport: 'number', flags: 'flags' },
  optional: { mss: 'number' },
  ipProtocol: 6,
  layout: [
    value('sport', 16),
    value('dport', 16),
    value('seq', 32),
    value('ack', 32),
    made('dataOffset', 4, headWords(4)),
    reserved('reserved', 4),
    value('flags', 8),
    value('window', 16, 64_240),
    made('checksum', 16, transportChecksum(16, 6)),
    value('urgent', 16),
  ],
  options: () => TCP_LIKE,
  asOptions: ({ mss }) => (mss === undefined ? [] : saying(Number(mss))),
  headLength: ({ dataOffset }) => Number(dataOffset) * 4,
} as const satisfies HeaderSpec;
