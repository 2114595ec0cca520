/**
 * A learning bridge: br_handle_frame_finish of Linux, the NORMAL action of Open vSwitch (ovs-actions(7)).
 *
 *      frame -> VLAN of the port -> source is learned -> port of the destination, or all ports of the VLAN but its own
 */
import { GROUP_MACS } from '../../packet/ethernet.ts';
import { frameOf, type Packet } from '../../packet/packet.ts';
import { has, setOf, type IntegerSet } from '../../value/integer-set.ts';
import { constant } from '../../value/term.ts';
import type { Family } from '../../value/address.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Action, Device, Io } from '../../walk/device.ts';
import type { Bridged, Place } from '../../walk/event.ts';
import type { Reason } from '../../walk/reason.ts';
import { familyNumber } from '../ttl.ts';
import { classify, tagged, type Classified, type PortVlans } from './vlan.ts';

export interface BridgePort {
  readonly name: string;
  /** Undefined where the bridge pays no heed to VLANs. */
  readonly vlans: PortVlans | undefined;
  /** It is reserved for what a mirror copies. */
  readonly isForCopies?: boolean;
}

/** An entry of the forwarding table that is there from the start; one that is not static gives way to what is learned. */
export interface ForwardingEntry {
  readonly mac: number;
  /** Undefined: of every VLAN. */
  readonly vlan: number | undefined;
  /** The bridge's own name for an address of its own. */
  readonly port: string;
  readonly isStatic: boolean;
  readonly at: Cite;
}

export interface Bridge extends Omit<Place, 'name' | 'phase'> {
  /** Unique on its node. Its port towards its own machine has this name too. */
  readonly bridge: string;
  readonly ports: readonly BridgePort[];
  /** The MAC addresses by which frames are for its own machine. */
  readonly own: readonly number[];
  readonly entries: readonly ForwardingEntry[];
  /** Of a switch that learns nothing, for its entries are all that is there: where everything else is. */
  readonly uplinks?: readonly string[];
  /** Families whose packets rules of netfilter see as they are bridged (br_netfilter), which is not walked. */
  readonly filtered?: readonly Family[];
  readonly at: Cite;
}

/** Where a frame goes on, and by what. */
type Way = Pick<Bridged, 'how' | 'at'> & { readonly ports: readonly BridgePort[] };

export const bridge = (config: Bridge): Device => {
  const own = setOf(config.own.map((mac) => ({ first: mac, last: mac })));
  return {
    name: `${config.node}:${config.bridge}`,
    node: config.node,
    phase: config.bridge,
    part: config.bridge,
    kind: config.kind,
    where: config.where,
    receive: (port, packet, io) => receive(config, own, port, packet, io),
  };
};

function receive(config: Bridge, own: IntegerSet, name: string, packet: Packet, io: Io): Action {
  const port = config.ports.find((one) => one.name === name);
  const frame = frameOf(packet);
  if (!port || !frame) return { do: 'unknown', missing: `a frame of port ${name} of ${config.bridge}` };
  if (port.isForCopies === true)
    return { do: 'drop', reason: 'mirror-port-reserved', at: config.at, note: `${name} is for copies alone` };
  const classified = port.vlans ? classify(port.vlans, packet, io) : { vlan: 0, packet };
  if (!classified) return refused(config, port, packet);
  const { vlan } = classified;
  if (!config.uplinks) io.sessions.learn(tableOf(config, vlan), frame.src, { port: name });
  const members = config.ports.filter(
    (one) => one.isForCopies !== true && (!one.vlans || has(one.vlans.members, vlan)),
  );
  const way = wayOf(config, own, members, port, classified, io);
  const ports = way.ports.filter((one) => one !== port);
  if (ports.length === 0) return nowhere(config, way, port, vlan);
  return onward(config, { ...way, ports }, port, classified, io);
}

const tableOf = ({ node, bridge: name }: Bridge, vlan: number): string => `${node}/${name}/fdb/${vlan}`;

/** The ports that a frame is for, its own perhaps among them. */
function wayOf(
  config: Bridge,
  own: IntegerSet,
  members: readonly BridgePort[],
  port: BridgePort,
  { vlan, packet }: Classified,
  { ask, sessions }: Io,
): Way {
  const { dst } = frameOf(packet)!;
  if (ask.within(dst, GROUP_MACS, undefined)) return { how: 'group', ports: members };
  const named = (name: string): readonly BridgePort[] => members.filter((one) => one.name === name);
  const stated = config.entries.find(
    (one) => (one.vlan ?? vlan) === vlan && ask.same(dst, constant(one.mac), one.at),
  );
  if (stated?.isStatic) return { how: 'static', ports: named(stated.port), at: stated.at };
  if (config.uplinks) return { how: 'uplink', ports: config.uplinks.flatMap(named) };
  if (ask.within(dst, own, undefined)) return { how: 'own', ports: named(config.bridge) };
  const learned = sessions.recall(tableOf(config, vlan), dst)?.port;
  if (learned !== undefined) return { how: 'learned', ports: named(learned) };
  if (stated) return { how: 'learned', ports: named(stated.port), at: stated.at };
  return { how: 'flooded', ports: members.filter((one) => one === port || one.name !== config.bridge) };
}

/** Nothing goes out of the port that it came by. */
function nowhere({ bridge: name, at }: Bridge, { how }: Way, port: BridgePort, vlan: number): Action {
  const inVlan = vlan === 0 ? '' : ` in VLAN ${vlan}`;
  const drop = (reason: Reason, note: string): Action => ({ do: 'drop', reason, at, note });
  switch (how) {
    case 'learned':
    case 'static':
      return drop('bridge-same-port', `${name} has the address behind ${port.name}`);
    case 'uplink':
      return drop('frame-other-host', `no port of ${name} has that address`);
    default:
      return drop('bridge-port-missing', `${port.name} is the only port of ${name}${inVlan}`);
  }
}

/** A port takes frames of its VLANs, with a tag or without. */
function refused({ bridge: name, at }: Bridge, port: BridgePort, packet: Packet): Action {
  const isTagged = packet.headers[1]?.proto === 'vlan';
  const note = `${port.name} of ${name} takes no frame ${isTagged ? 'of that VLAN with a tag' : 'without a tag'}`;
  return { do: 'drop', reason: 'vlan-not-member', at, note };
}

/** Of what the machine sends itself the rules have been asked. */
function isFiltered(
  { bridge: name, filtered }: Bridge,
  ports: readonly BridgePort[],
  port: BridgePort,
  { headers: [, ip] }: Packet,
): boolean {
  if (!filtered || port.name === name || ports.every((one) => one.name === name)) return false;
  return ip?.proto === 'ipv4' || ip?.proto === 'ipv6' ? filtered.includes(familyNumber(ip.proto)) : false;
}

function onward(
  config: Bridge,
  { ports, how, at }: Way,
  port: BridgePort,
  classified: Classified,
  io: Io,
): Action {
  const { bridge: name } = config;
  const { vlan } = classified;
  if (isFiltered(config, ports, port, classified.packet))
    return {
      do: 'unknown',
      missing: `what rules say of a packet that ${name} bridges (br_netfilter)`,
      at: config.at,
    };
  const bridged = { bridge: name, in: port.name, how, at, ...(vlan !== 0 && { vlan }) };
  const copies = ports.map((one) => ({
    port: one.name,
    packet: one.vlans ? tagged(one.vlans, classified, io) : classified.packet,
  }));
  const [only] = copies;
  if (how === 'flooded' || how === 'group' || !only) return { do: 'flood', copies, bridged };
  io.note({ type: 'bridged', ...bridged, out: only.port });
  return { do: 'send', ...only };
}
