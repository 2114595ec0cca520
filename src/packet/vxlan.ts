/**
 * VXLAN, RFC 7348 section 5. Carried by UDP to port 4789; carries an Ethernet frame.
 *
 *    +---------------+-----------------------------------------------+
 *    |R|R|R|R|I|R|R|R|                   Reserved                    |
 *    +---------------+-----------------------------------------------+
 *    |     VXLAN network identifier (VNI)            |   Reserved    |
 *    +-----------------------------------------------+---------------+
 */
import type { Term } from '../value/term.ts';
import { reserved, value } from './field.ts';
import type { HeaderSpec } from './header.ts';

export interface Vxlan<V = Term> {
  readonly proto: 'vxlan';
  /** 24 bits. */
  readonly vni: V;
}

export const VXLAN_PORT = 4789;

/** The flags are R R R R I R R R with I set, which says that the VNI is valid. */
const layout = [
  reserved('flags', 8, 0x08),
  reserved('reserved', 24),
  value('vni', 24),
  reserved('reserved2', 8),
];

export const vxlan = {
  proto: 'vxlan',
  fields: { vni: 'number' },
  udpPort: VXLAN_PORT,
  layout,
  carries: () => 'ethernet',
} as const satisfies HeaderSpec;
