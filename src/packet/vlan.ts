/**
 * A VLAN tag, IEEE 802.1Q section 9.6. The type that announces it is 0x8100; of a service tag (802.1ad) it is 0x88a8,
 * which the header around it then has as its `type`.
 *
 *    +-----+-+-----------------------+-------------------------------+
 *    | PCP |D|   VLAN identifier     |             Type              |
 *    +-----+-+-----------------------+-------------------------------+
 */
import type { Term } from '../value/term.ts';
import { next, value } from './field.ts';
import type { HeaderSpec } from './header.ts';

export interface Vlan<V = Term> {
  readonly proto: 'vlan';
  /** 1 to 4094; 0 is a frame of no VLAN that has a priority. */
  readonly vid: V;
  readonly pcp: V;
}

const layout = [value('pcp', 3), value('dei', 1), value('vid', 12), next('type', 16, 'etherType')];

export const vlan = {
  proto: 'vlan',
  fields: { vid: 'number', pcp: 'number' },
  etherType: 0x8100,
  layout,
} as const satisfies HeaderSpec;
