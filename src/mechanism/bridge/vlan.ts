/**
 * VLANs of a bridge's ports (IEEE 802.1Q), as Linux and Open vSwitch have them: a frame belongs to one VLAN while it is in
 * the bridge, where it has no tag.
 */
import { pop, type Header, type Packet } from '../../packet/packet.ts';
import type { IntegerSet } from '../../value/integer-set.ts';
import { constant, ZERO } from '../../value/term.ts';
import type { Io } from '../../walk/device.ts';

/** What a port does about tags. */
export interface PortVlans {
  /** VLAN of frames that come without a tag; undefined takes none. 0 is no VLAN. */
  readonly untagged: number | undefined;
  /** VLANs that are taken with their tag. */
  readonly taken: IntegerSet;
  /** VLANs whose frames leave here. */
  readonly members: IntegerSet;
  /** Those among them that leave without a tag. */
  readonly stripped: IntegerSet;
}

/** A frame inside of the bridge, without its tag. */
export interface Classified {
  readonly vlan: number;
  readonly packet: Packet;
}

/** The VLAN of a frame that comes in at a port; undefined when the port takes no such frame. */
export function classify(vlans: PortVlans, packet: Packet, { ask }: Io): Classified | undefined {
  const [ethernet, tag] = packet.headers;
  const vid = tag?.proto === 'vlan' ? ask.lookup(tag.vid, NUMBERS, undefined) : undefined;
  // A tag with VLAN 0 has a priority and no VLAN (IEEE 802.1Q section 6.8).
  if (vid !== undefined && vid !== 0)
    return ask.within(constant(vid), vlans.taken, undefined)
      ? { vlan: vid, packet: withHead(pop(packet, 2), ethernet!) }
      : undefined;
  if (vlans.untagged === undefined) return undefined;
  return { vlan: vlans.untagged, packet: vid === 0 ? withHead(pop(packet, 2), ethernet!) : packet };
}

/** The frame as it leaves by a port that is a member of its VLAN. */
export function tagged({ stripped }: PortVlans, { vlan, packet }: Classified, { ask }: Io): Packet {
  if (vlan === 0 || ask.within(constant(vlan), stripped, undefined)) return packet;
  const [ethernet] = packet.headers;
  return withHead(pop(packet, 1), ethernet!, { proto: 'vlan', vid: constant(vlan), pcp: ZERO });
}

const withHead = (packet: Packet, ...headers: readonly Header[]): Packet => ({
  ...packet,
  headers: [...headers, ...packet.headers],
});

const NUMBERS = { find: Number };
