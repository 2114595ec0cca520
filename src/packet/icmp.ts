/**
 * ICMP (RFC 792) and ICMPv6 (RFC 4443), which share their layout.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +---------------+---------------+-------------------------------+
 *    |     Type      |     Code      |           Checksum            |
 *    +---------------+---------------+-------------------------------+
 *    |          Identifier           |        Sequence number        |
 *    +-------------------------------+-------------------------------+
 */
import type { Family } from '../value/address.ts';
import type { Term } from '../value/term.ts';
import type { HeaderSpec } from './header.ts';
import type { Flow } from './flow.ts';

export interface Icmp<V = Term> {
  readonly proto: 'icmp' | 'icmpv6';
  readonly type: V;
  readonly code: V;
  /** The echo identifier; 0 in errors. */
  readonly id: V;
  /** In an error: the flow of the packet it quotes, which is how conntrack and senders know what it is about. */
  readonly quoted?: Flow<V>;
}

/** Message types by meaning, for each family. */
export const ICMP_TYPE: Readonly<
  Record<Family, Readonly<Record<'request' | 'reply' | 'unreachable' | 'timeExceeded', number>>>
> = {
  4: { request: 8, reply: 0, unreachable: 3, timeExceeded: 11 },
  6: { request: 128, reply: 129, unreachable: 1, timeExceeded: 3 },
};

const spec = (proto: string, ipProtocol: number): HeaderSpec => ({
  proto,
  fields: { type: 'number', code: 'number', id: 'number' },
  ipProtocol,
  size: () => 8,
});

export const icmp = spec('icmp', 1);
export const icmpv6 = spec('icmpv6', 58);
