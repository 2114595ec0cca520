/**
 * SCTP, RFC 9260 section 3.1: the common header, before any chunk.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------------------------------+-------------------------------+
 *    |          Source port          |       Destination port        |
 *    +-------------------------------+-------------------------------+
 *    |                       Verification tag                        |
 *    +---------------------------------------------------------------+
 *    |                           Checksum                            |
 *    +---------------------------------------------------------------+
 */
import type { Term } from '../value/term.ts';
import { crc32c } from './checksum.ts';
import { made, value } from './field.ts';
import type { HeaderSpec } from './header.ts';

export interface Sctp<V = Term> {
  readonly proto: 'sctp';
  readonly sport: V;
  readonly dport: V;
}

export const sctp = {
  proto: 'sctp',
  fields: { sport: 'number', dport: 'number' },
  ipProtocol: 132,
  layout: [value('sport', 16), value('dport', 16), value('tag', 32), made('checksum', 32, crc32c(8))],
} as const satisfies HeaderSpec;
