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
import type { HeaderSpec } from './header.ts';

export interface Vxlan<V = Term> {
  readonly proto: 'vxlan';
  /** 24 bits. */
  readonly vni: V;
}

export const VXLAN_PORT = 4789;

export const vxlan: HeaderSpec = { proto: 'vxlan', fields: { vni: 'number' }, size: () => 8 };
