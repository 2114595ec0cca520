/**
 * NVGRE, RFC 7637 section 3.2: GRE around an Ethernet frame with a key, of which the receiver knows the parts. Nothing in
 * the bytes tells it from GRE.
 *
 *    +-+-+-+-+-----------------+-----+-------------------------------+
 *    |0| |1|0|    Reserved     |  0  |   Protocol type (0x6558)      |
 *    +-+-+-+-+-----------------+-----+---------------+---------------+
 *    |         Virtual subnet ID (VSID)              |    Flow ID    |
 *    +-----------------------------------------------+---------------+
 */
import { always, next, reserved, value } from './field.ts';
import type { HeaderSpec } from './header.ts';

const layout = [
  always('checked', 1, 0),
  reserved('reserved', 1),
  always('keyed', 1, 1),
  always('numbered', 1, 0),
  reserved('reserved2', 9),
  always('version', 3, 0),
  next('protocol', 16, 'etherType'),
  value('vsid', 24),
  value('flow', 8),
];

export const nvgre = {
  proto: 'nvgre',
  fields: { vsid: 'number', flow: 'number' },
  ipProtocol: 47,
  layout,
} as const satisfies HeaderSpec;
