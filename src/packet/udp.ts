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
import { transportChecksum } from './checksum.ts';
import { made, value, wholeLength } from './field.ts';
import type { HeaderSpec } from './header.ts';

export interface Udp<V = Term> {
  readonly proto: 'udp';
  readonly sport: V;
  readonly dport: V;
  /** 0 where the sender made none, as tunnels may; else it is right. */
  readonly checksum?: V;
}

const sum = transportChecksum(6, 17);

const layout = [
  value('sport', 16),
  value('dport', 16),
  made('length', 16, wholeLength),
  // 0 says that there is none, so a sum of 0 is sent as its other spelling.
  made('checksum', 16, (span) => {
    const right = sum(span);
    return right === 0 ? 0xffff : right;
  }),
];

export const udp = {
  proto: 'udp',
  fields: { sport: 'number', dport: 'number' },
  optional: { checksum: 'number' },
  ipProtocol: 17,
  layout,
  wholeLength: ({ length }) => Number(length) || undefined,
  // Encapsulations are known by the port that they are sent to; ESP (RFC 3948) answers from its own port too.
  carries: ({ sport, dport }, body, ports) => {
    const proto = ports.get(Number(dport)) ?? (ports.get(Number(sport)) === 'esp' ? 'esp' : undefined);
    return proto === 'esp' && isNotEsp(body) ? undefined : proto;
  },
} as const satisfies HeaderSpec;

/** A keepalive of one octet, or IKE behind its non-ESP marker: RFC 3948 section 2. */
const isNotEsp = (body: Uint8Array): boolean =>
  body.length < 8 || body.subarray(0, 4).every((octet) => octet === 0);
