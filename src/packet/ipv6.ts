/**
 * IPv6, RFC 8200 section 3.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------+---------------+---------------------------------------+
 *    |Version| Traffic class |              Flow label               |
 *    +-------+---------------+-------+---------------+---------------+
 *    |        Payload length         |  Next header  |   Hop limit   |
 *    +-------------------------------+---------------+---------------+
 *    |                        Source address (128)                   |
 *    +---------------------------------------------------------------+
 *    |                     Destination address (128)                 |
 *    +---------------------------------------------------------------+
 */
import type { Term } from '../value/term.ts';
import { address, always, made, next, value, wholeLength } from './field.ts';
import type { HeaderSpec } from './header.ts';

export interface Ipv6<V = Term> {
  readonly proto: 'ipv6';
  readonly src: V;
  readonly dst: V;
  /** The hop limit, under the name that IPv4 gives it, so that one path serves both: 0 to 255. */
  readonly ttl: V;
  /** The code point in the traffic class, RFC 2474: 0 to 63. */
  readonly dscp?: V;
  /** Explicit congestion notification, RFC 3168: 0 to 3. */
  readonly ecn?: V;
}

export const ipv6 = {
  proto: 'ipv6',
  fields: { src: 'address', dst: 'address', ttl: 'number' },
  optional: { dscp: 'number', ecn: 'number' },
  ipProtocol: 41,
  etherType: 0x86dd,
  layout: [
    always('version', 4, 6),
    value('dscp', 6),
    value('ecn', 2),
    value('label', 20),
    made('length', 16, (span) => wholeLength(span) - 40),
    next('protocol', 8, 'ipProtocol'),
    value('ttl', 8, 64),
    address('src', 128),
    address('dst', 128),
  ],
  // 0 is written of a jumbogram, RFC 2675.
  wholeLength: ({ length }) => (length === 0 ? undefined : 40 + Number(length)),
} as const satisfies HeaderSpec;
