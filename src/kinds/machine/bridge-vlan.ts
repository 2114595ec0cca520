/** VLANs of the ports of Linux bridges with vlan_filtering: br_vlan_add, nbp_vlan_init. */
import { setOf } from '../../value/integer-set.ts';
import type { PortVlans } from '../../mechanism/bridge/vlan.ts';
import { readBridgeVlans, type StatedVlans } from '../../mechanism/linux/bridge-vlan-text.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Reading, Text } from '../kind.ts';
import type { LinkConfig } from './link-schema.ts';
import { tell } from './tell.ts';

/** What `bridge vlan` prints of a machine; `ports` are those of its Linux bridges. */
export function readVlans(
  text: Text | undefined,
  ports: readonly string[],
  at: Cite,
  reading: Reading,
): readonly StatedVlans[] {
  const read = text === undefined ? undefined : reading.text(text, at);
  if (read === undefined) return [];
  const { vlans, problems } = readBridgeVlans(read, at);
  tell(problems, at, reading);
  for (const { port, at: place } of vlans) reading.referIn(ports, 'port of a Linux bridge', port, place);
  return vlans;
}

/** The VLANs of a port; undefined of a bridge that pays no heed to them. A port that is not among what is printed has none. */
export function vlansOf(
  port: string,
  { vlan_filtering: isFiltering, vlan_default_pvid: usual = 1 }: LinkConfig,
  stated: readonly StatedVlans[],
): PortVlans | undefined {
  if (isFiltering !== true) return undefined;
  const own = stated.filter((one) => one.port === port);
  const isShown = stated.some(({ did }) => did === 'shown');
  const state = {
    members: new Set<number>(),
    untagged: new Set<number>(),
    pvid: undefined as number | undefined,
  };
  const add = (vlan: number, isPvid: boolean, isUntagged: boolean): void => {
    state.members.add(vlan);
    if (isUntagged) state.untagged.add(vlan);
    else state.untagged.delete(vlan);
    if (isPvid) state.pvid = vlan;
    else if (state.pvid === vlan) state.pvid = undefined;
  };
  if (!isShown && usual !== 0) add(usual, true, true);
  for (const { first, last, did, isPvid, isUntagged } of own)
    for (let vlan = first; vlan <= last; vlan++)
      if (did !== 'deleted') add(vlan, isPvid, isUntagged);
      else {
        state.members.delete(vlan);
        if (state.pvid === vlan) state.pvid = undefined;
      }
  const members = setOf([...state.members].map((vlan) => ({ first: vlan, last: vlan })));
  return {
    untagged: state.pvid,
    taken: members,
    members,
    stripped: setOf([...state.untagged].map((vlan) => ({ first: vlan, last: vlan }))),
  };
}
