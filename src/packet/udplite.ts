/**
 * UDP-Lite, RFC 3828 section 3.1: UDP whose checksum may cover a part.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------------------------------+-------------------------------+
 *    |          Source port          |       Destination port        |
 *    +-------------------------------+-------------------------------+
 *    |       Checksum coverage       |           Checksum            |
 *    +-------------------------------+-------------------------------+
 */
import type { Term } from '../value/term.ts';
import { transportChecksum } from './checksum.ts';
import { made, value } from './field.ts';
import type { HeaderSpec } from './header.ts';

export interface UdpLite<V = Term> {
  readonly proto: 'udplite';
  readonly sport: V;
  readonly dport: V;
}

const sum = transportChecksum(6, 136);

export const udplite = {
  proto: 'udplite',
  fields: { sport: 'number', dport: 'number' },
  ipProtocol: 136,
  layout: [
    value('sport', 16),
    value('dport', 16),
    // Octets that the sum covers; 0 is all of them.
    value('coverage', 16),
    made('checksum', 16, (span) => {
      const covered = (span.bytes[span.start + 4]! << 8) | span.bytes[span.start + 5]!;
      return covered === 0 || covered === span.end - span.start ? sum(span) : undefined;
    }),
  ],
} as const satisfies HeaderSpec;
