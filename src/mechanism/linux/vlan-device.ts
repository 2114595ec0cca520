/**
 * A VLAN of an interface as an interface of its own: vlan_dev_hard_start_xmit puts the tag on, vlan_do_receive takes it off.
 *
 *      kernel or bridge <-> NAME [ VLAN ] LINK -> wire
 *                                  TAGGED <- kernel, which has it from LINK
 */
import { frameOf, pop, push, type Header, type Packet } from '../../packet/packet.ts';
import { single } from '../../value/integer-set.ts';
import { constant, ZERO } from '../../value/term.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Action, Device, Io } from '../../walk/device.ts';
import type { Place } from '../../walk/event.ts';

export interface VlanDevice {
  readonly name: string;
  /** The interface that its frames leave by. */
  readonly link: string;
  /** 1 to 4094. */
  readonly vid: number;
  readonly at: Cite;
}

/** The port by which the kernel hands it frames of its VLAN. */
export const TAGGED = 'tagged';

/** The kernel's port towards it, which is no interface. */
export const taggedPort = ({ name }: Pick<VlanDevice, 'name'>): string => `${name}:${TAGGED}`;

export const vlanDevice = (config: VlanDevice, place: Pick<Place, 'node' | 'kind' | 'where'>): Device => ({
  ...place,
  name: `${place.node}:${config.name}`,
  phase: config.name,
  unseen: new Set([config.name, TAGGED]),
  receive: (port, packet, io) => (port === TAGGED ? untag(config, packet, io) : tag(config, packet, io)),
});

function tag({ link, vid, at }: VlanDevice, packet: Packet, io: Io): Action {
  const header: Header = { proto: 'vlan', vid: constant(vid), pcp: ZERO };
  io.note({ type: 'pushed', tunnel: 'vlan', mode: 'transport', headers: [header], octets: 4, at });
  return { do: 'send', port: link, packet: push(pop(packet, 1), frameOf(packet)!, header) };
}

function untag({ name, at }: VlanDevice, packet: Packet, io: Io): Action {
  io.note({ type: 'popped', tunnel: 'vlan', mode: 'transport', headers: packet.headers.slice(1, 2), at });
  return { do: 'send', port: name, packet: push(pop(packet, 2), frameOf(packet)!) };
}

/** The device that takes a frame with this tag, which came by `port`. */
export function vlanOf(
  devices: readonly VlanDevice[],
  port: string,
  { headers: [, header] }: Packet,
  ask: Ask,
): VlanDevice | undefined {
  if (header?.proto !== 'vlan') return undefined;
  return devices.find(({ link, vid, at }) => link === port && ask.within(header.vid, single(vid), at));
}
