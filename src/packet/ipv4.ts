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
import type { HeaderSpec } from './header.ts';

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

export const ipv4: HeaderSpec = {
  proto: 'ipv4',
  fields: { src: 'address', dst: 'address', ttl: 'number' },
  optional: { dscp: 'number', ecn: 'number', df: 'number' },
  ipProtocol: 4,
  size: () => 20,
};
