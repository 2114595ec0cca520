/** Sizes on a link: what a sender cuts to its own MTU, and what the link then loses. */
import { linkLengthOf } from '../packet/packet.ts';
import type { Action, Link } from './device.ts';

type Send = Pick<Extract<Action, { readonly do: 'send' }>, 'packet' | 'mtu'>;

/** Octets of the largest packet that the port's sender and its link both take; undefined where neither says. */
export function mtuOf({ mtu }: Send, link: Link | undefined): number | undefined {
  if (mtu === undefined) return link?.mtu;
  return link?.mtu === undefined ? mtu : Math.min(mtu, link.mtu);
}

/** Whether the packet, or the largest piece that its sender cuts it into, is more than the link takes. */
export const isLost = ({ packet, mtu = Infinity }: Send, link: Link | undefined): boolean =>
  link?.mtu !== undefined && Math.min(linkLengthOf(packet), mtu) > link.mtu;
