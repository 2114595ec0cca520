/**
 * GRE, RFC 2784 with the key and sequence number of RFC 2890. Around an Ethernet frame (GRETAP) its protocol type is 0x6558.
 *
 *    +-+-+-+-+-----------------+-----+-------------------------------+
 *    |C| |K|S|    Reserved     | Ver |         Protocol type         |
 *    +-+-+-+-+-----------------+-----+-------------------------------+
 *    |      Checksum (if C)          |       Reserved (if C)         |
 *    +-------------------------------+-------------------------------+
 *    |                          Key (if K)                           |
 *    +---------------------------------------------------------------+
 *    |                    Sequence number (if S)                     |
 *    +---------------------------------------------------------------+
 */
import type { Term } from '../value/term.ts';
import { wholeChecksum } from './checksum.ts';
import { always, made, next, presence, reserved, value, type Field } from './field.ts';
import type { HeaderSpec, Values } from './header.ts';

export interface Gre<V = Term> {
  readonly proto: 'gre';
  /** 1: with a checksum. */
  readonly checked?: V;
  /** 32 bits. */
  readonly key?: V;
  /** 32 bits, from 0. */
  readonly seq?: V;
}

const CHECKSUM = [made('checksum', 16, wholeChecksum(4)), reserved('reserved3', 16)];
const KEY = [value('key', 32)];
const SEQUENCE = [value('seq', 32)];

/** The optional fields by the bits C, K and S. */
const MORE: readonly (readonly Field[])[] = Array.from({ length: 8 }, (_, bits) => [
  ...(bits & 4 ? CHECKSUM : []),
  ...(bits & 2 ? KEY : []),
  ...(bits & 1 ? SEQUENCE : []),
]);

/** A header that has a key or a sequence number says so; a checksum is asked for with `checked`. */
const more = ({ checked, keyed, key, numbered, seq }: Values): readonly Field[] =>
  MORE[(checked === 1 ? 4 : 0) | (isThere(keyed, key) ? 2 : 0) | (isThere(numbered, seq) ? 1 : 0)]!;

const isThere = (bit: unknown, field: unknown): boolean => bit === 1 || field !== undefined;

export const gre = {
  proto: 'gre',
  fields: {},
  optional: { checked: 'number', key: 'number', seq: 'number' },
  ipProtocol: 47,
  layout: [
    value('checked', 1),
    reserved('reserved', 1),
    presence('keyed', 'key'),
    presence('numbered', 'seq'),
    reserved('reserved2', 9),
    always('version', 3, 0),
    next('protocol', 16, 'etherType'),
  ],
  more,
  variants: MORE,
  // Type I of ERSPAN has no sequence number, type II always has one.
  carries: ({ protocol, numbered }) => (protocol === 0x88be && numbered === 0 ? 'erspan1' : undefined),
} as const satisfies HeaderSpec;
