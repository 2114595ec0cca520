/** Mirrors of Open vSwitch, whose copies leave by ports of the same bridge: mirror_packet, ovs-vswitchd.conf.db(5). */
import { has, type IntegerSet } from '../../value/integer-set.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Device, Io } from '../../walk/device.ts';
import type { MirrorCopy, MirrorSession, Watched } from '../mirror.ts';
import type { BridgePort } from './bridge.ts';
import { classify, tagged } from './vlan.ts';

export interface BridgeMirror extends Pick<MirrorSession, 'name' | 'sources'> {
  /** VLANs whose frames are copied; undefined copies those of all. */
  readonly selected: IntegerSet | undefined;
  /** A port that is reserved for copies, or a VLAN to whose ports they go. */
  readonly output: { readonly port: string } | { readonly vlan: number };
  readonly at: Cite;
}

export const bridgeMirror = (
  mirror: BridgeMirror,
  device: Device,
  ports: readonly BridgePort[],
): MirrorSession => ({
  ...mirror,
  isOnce: true,
  copies: (watched, io) => copies(mirror, device, ports, watched, io),
});

function copies(
  { selected, output }: BridgeMirror,
  device: Device,
  ports: readonly BridgePort[],
  { frame, port }: Watched,
  io: Io,
): readonly MirrorCopy[] {
  const vlans = ports.find(({ name }) => name === port)?.vlans;
  const classified = vlans && classify(vlans, frame, io);
  if (!classified || (selected && !has(selected, classified.vlan))) return [];
  const copy = ({ name, vlans: own }: BridgePort, vlan: number): MirrorCopy => ({
    packet: own ? tagged(own, { ...classified, vlan }, io) : frame,
    by: { ...device, originate: (packet) => ({ do: 'send', port: name, packet }) },
    out: name,
  });
  if ('port' in output)
    return ports.filter(({ name }) => name === output.port).map((one) => copy(one, classified.vlan));
  // What is in that VLAN already may be a copy.
  if (classified.vlan === output.vlan) return [];
  return ports
    .filter((one) => one.isForCopies !== true && one.vlans && has(one.vlans.members, output.vlan))
    .map((one) => copy(one, output.vlan));
}
