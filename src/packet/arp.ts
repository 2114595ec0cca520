/**
 * ARP for IPv4 on Ethernet, RFC 826.
 *
 *    +-------------------------------+-------------------------------+
 *    |     Hardware type (1)         |     Protocol type (0x0800)    |
 *    +---------------+---------------+-------------------------------+
 *    | Length (6)    | Length (4)    |  Operation: 1 asks, 2 answers |
 *    +---------------+---------------+-------------------------------+
 *    |              Sender MAC (6) and IPv4 address (4)              |
 *    +---------------------------------------------------------------+
 *    |              Target MAC (6) and IPv4 address (4)              |
 *    +---------------------------------------------------------------+
 */
import type { Term } from '../value/term.ts';
import { address, always, mac, value } from './field.ts';
import type { HeaderSpec } from './header.ts';

export interface Arp<V = Term> {
  readonly proto: 'arp';
  /** 1 asks, 2 answers. */
  readonly operation: V;
  readonly senderMac: V;
  readonly sender: V;
  readonly targetMac: V;
  readonly target: V;
}

export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;

const layout = [
  always('hardware', 16, 1),
  always('protocol', 16, 0x0800),
  always('hardwareLength', 8, 6),
  always('protocolLength', 8, 4),
  value('operation', 16, 1),
  mac('senderMac'),
  address('sender', 32),
  mac('targetMac'),
  address('target', 32),
];

export const arp = {
  proto: 'arp',
  fields: {
    operation: 'number',
    senderMac: 'mac',
    sender: 'address',
    targetMac: 'mac',
    target: 'address',
  },
  etherType: 0x0806,
  layout,
} as const satisfies HeaderSpec;
