/**
 * UDP, RFC 768.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------------------------------+-------------------------------+
 *    |          Source port          |       Destination port        |
 *    +-------------------------------+-------------------------------+
 *    |            Length             |           Checksum            |
 *    +-------------------------------+-------------------------------+
 */
import type { Term } from '../value/term.ts';
import type { HeaderSpec } from './header.ts';

export interface Udp<V = Term> {
  readonly proto: 'udp';
  readonly sport: V;
  readonly dport: V;
}

export const udp: HeaderSpec = {
  proto: 'udp',
  fields: { sport: 'number', dport: 'number' },
  ipProtocol: 17,
  size: () => 8,
};
