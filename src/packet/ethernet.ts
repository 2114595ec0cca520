/**
 * Ethernet II, IEEE 802.3 section 3.1, without preamble and frame check sequence.
 *
 *    +-------------------------+-------------------------+-----------+
 *    | Destination address (6) |   Source address (6)    | Type (2)  |
 *    +-------------------------+-------------------------+-----------+
 */
import type { Term } from '../value/term.ts';
import { mac, next } from './field.ts';
import type { HeaderSpec } from './header.ts';

export interface Ethernet<V = Term> {
  readonly proto: 'ethernet';
  readonly src: V;
  readonly dst: V;
}

const layout = [mac('dst'), mac('src'), next('type', 16, 'etherType')];

export const ethernet = {
  proto: 'ethernet',
  fields: { src: 'mac', dst: 'mac' },
  etherType: 0x6558,
  layout,
} as const satisfies HeaderSpec;
