/**
 * DCCP, RFC 4340 section 5.1: the generic header as far as both of its forms go; the rest is taken for what it carries.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------------------------------+-------------------------------+
 *    |          Source port          |       Destination port        |
 *    +---------------+-------+-------+-------------------------------+
 *    |  Data offset  | CCVal | CsCov |           Checksum            |
 *    +-----+-------+-+-------+-------+-------------------------------+
 *    | Res | Type  |X|    Sequence number (high bits if X is 1)      |
 *    +-----+-------+-+-----------------------------------------------+
 */
import type { Term } from '../value/term.ts';
import { transportChecksum } from './checksum.ts';
import { made, reserved, value } from './field.ts';
import type { HeaderSpec } from './header.ts';

export interface Dccp<V = Term> {
  readonly proto: 'dccp';
  readonly sport: V;
  readonly dport: V;
}

const sum = transportChecksum(6, 33);

export const dccp = {
  proto: 'dccp',
  fields: { sport: 'number', dport: 'number' },
  ipProtocol: 33,
  layout: [
    value('sport', 16),
    value('dport', 16),
    value('dataOffset', 8, 5),
    value('ccval', 4),
    value('coverage', 4),
    // Of all that the packet carries, unless its coverage says less.
    made('checksum', 16, (span) => ((span.bytes[span.start + 5]! & 0xf) === 0 ? sum(span) : undefined)),
    reserved('reserved', 3),
    value('type', 4),
    value('extended', 1, 1),
    value('sequence', 24),
  ],
} as const satisfies HeaderSpec;
