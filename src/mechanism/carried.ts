/** What never enters the fabric: Microsoft, "Virtual Network FAQ", "What protocols can I use within VNets?". */
import { flowOf, type Packet } from '../packet/packet.ts';
import { setOf } from '../value/integer-set.ts';
import { prefix } from '../value/prefix.ts';
import type { Io } from '../walk/device.ts';

/** IP-in-IP and GRE. */
const PROTOCOLS = setOf([4, 47].map((protocol) => ({ first: protocol, last: protocol })));

/** Multicast of both families, and broadcast to all. */
const DESTINATIONS = setOf(['224.0.0.0/4', '255.255.255.255/32', 'ff00::/8'].map(prefix));

/** Whether a VNet carries the packet. */
export function isCarried(packet: Packet, { ask }: Io): boolean {
  const { proto, dst } = flowOf(packet);
  return !ask.within(proto, PROTOCOLS, undefined) && !ask.within(dst, DESTINATIONS, undefined);
}
