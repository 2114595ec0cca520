/**
 * Ethernet II, IEEE 802.3 section 3.1, without preamble and frame check sequence.
 *
 *    +-------------------------+-------------------------+-----------+
 *    | Destination address (6) |   Source address (6)    | Type (2)  |
 *    +-------------------------+-------------------------+-----------+
 */
import type { Term } from '../value/term.ts';
import type { HeaderSpec } from './header.ts';

export interface Ethernet<V = Term> {
  readonly proto: 'ethernet';
  readonly src: V;
  readonly dst: V;
}

export const ethernet: HeaderSpec = { proto: 'ethernet', fields: { src: 'mac', dst: 'mac' }, size: () => 14 };
