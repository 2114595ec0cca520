/**
 * IPv4, RFC 791 section 3.1.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------+-------+---------------+-------------------------------+
 *    |Version|  IHL  |   DSCP / ECN  |         Total length          |
 *    +-------+-------+---------------+-----+-------------------------+
 *    |        Identification         |Flags|     Fragment offset     |
 *    +---------------+---------------+-----+-------------------------+
 *    |  Time to live |   Protocol    |        Header checksum        |
 *    +---------------+---------------+-------------------------------+
 *    |                        Source address                         |
 *    +---------------------------------------------------------------+
 *    |                      Destination address                      |
 *    +---------------------------------------------------------------+
 */
import type { Term } from '../value/term.ts';
import { headChecksum } from './checksum.ts';
import { address, always, headWords, made, next, reserved, value, wholeLength } from './field.ts';
import type { HeaderSpec } from './header.ts';
import { TCP_LIKE } from './option.ts';

export interface Ipv4<V = Term> {
  readonly proto: 'ipv4';
  readonly src: V;
  readonly dst: V;
  /** Routers left before the packet is discarded: 0 to 255. */
  readonly ttl: V;
  /** Differentiated services code point, RFC 2474: 0 to 63. */
  readonly dscp?: V;
  /** Explicit congestion notification, RFC 3168: 0 to 3. */
  readonly ecn?: V;
  /** Don't fragment: 0 or 1. */
  readonly df?: V;
}

export const ipv4 = {
  proto: 'ipv4',
  fields: { src: 'address', dst: 'address', ttl: 'number' },
  optional: { dscp: 'number', ecn: 'number', df: 'number' },
  ipProtocol: 4,
  etherType: 0x0800,
  layout: [
    always('version', 4, 4),
    made('ihl', 4, headWords(4)),
    value('dscp', 6),
    value('ecn', 2),
    made('length', 16, wholeLength),
    value('id', 16),
    reserved('reserved', 1),
    value('df', 1),
    value('mf', 1),
    value('offset', 13),
    value('ttl', 8, 64),
    next('protocol', 8, 'ipProtocol'),
    made('checksum', 16, headChecksum(10)),
    address('src', 32),
    address('dst', 32),
  ],
  options: () => TCP_LIKE,
  headLength: ({ ihl }) => Number(ihl) * 4,
  // 0 is written by a sender whose network card cuts the datagram into segments.
  wholeLength: ({ length }) => Number(length) || undefined,
  // Behind the first fragment is no header.
  carries: ({ offset }) => (offset === 0 ? undefined : 'opaque'),
} as const satisfies HeaderSpec;
