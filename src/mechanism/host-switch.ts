/**
 * The host switch under a machine: Azure's Virtual Filtering Platform (NSDI 2017; DASH "SDN pipeline basic elements").
 *
 *      guest NIC
 *        |  nic        source and destination check (enableIPForwarding)
 *        |  acl        network security groups of NIC and subnet
 *        |  slb-vnat   frontend to machine, for what a load balancer sent
 *        |  vnet       effective routes, peering, location; VXLAN
 *      fabric
 *
 * A flow's first packet walks the layers, downwards on its way out and upwards on its way in; the flow table then
 * answers for its later packets and for its replies.
 */
import { flowOf, ipOf, transportOf, type Packet } from '../packet/packet.ts';
import { flagByte } from '../packet/tcp.ts';
import { reverse, type Flow } from '../packet/flow.ts';
import type { Address, Family } from '../value/address.ts';
import { hostPrefix, prefix } from '../value/prefix.ts';
import { setOf, single, type IntegerSet } from '../value/integer-set.ts';
import { constant } from '../value/term.ts';
import type { Cite } from '../walk/cite.ts';
import type { Action, Device, Io } from '../walk/device.ts';
import type { Found } from '../walk/session.ts';
import { decapsulate, route, type Fabric, type Sender } from './fabric.ts';
import { filter, type Direction, type ProgrammedGroup } from './security-group.ts';
import { beyond, translate } from './translation.ts';

/** Where probes come from: Azure's wire server, and the link-local address that probes IPv6. */
export const PROBE_SOURCE: Readonly<Record<Family, Address>> = {
  4: prefix('168.63.129.16/32').first,
  6: prefix('fe80::1234:5678:9abc/128').first,
};
const METADATA = prefix('169.254.169.254/32');
const PLATFORM = setOf([hostPrefix(PROBE_SOURCE[4]), METADATA, hostPrefix(PROBE_SOURCE[6])]);

/** Before a NIC's name: the port by which the platform itself reaches that NIC. */
export const PLATFORM_PORT = 'platform/';

/** A NIC as its host knows it. */
export interface VirtualPort extends Sender {
  /** The guest's interface: `eth0`. */
  readonly name: string;
  readonly addresses: IntegerSet;
  readonly enableIPForwarding: boolean;
  /** Its flow tables: flows are known by the direction of their first packet, so a transit flow has an entry in each. */
  readonly zones: Readonly<Record<Direction, string>>;
  /** Groups in the order in which packets from the guest meet them: NIC, then subnet. */
  readonly groups: () => readonly ProgrammedGroup[];
  /** What load balancers send here. */
  readonly balanced: () => readonly Balanced[];
  readonly at: Cite;
}

/** A load balancing rule as the backend's host is programmed with it. */
export interface Balanced {
  readonly frontend: Address;
  /** Undefined is any. */
  readonly protocols: IntegerSet | undefined;
  readonly frontendPorts: IntegerSet | undefined;
  readonly backend: Address;
  /** Undefined keeps the port. */
  readonly backendPort: number | undefined;
  readonly enableFloatingIP: boolean;
  readonly rule: string;
  readonly at: Cite;
}

export interface HostSwitch {
  readonly node: string;
  readonly kind: string;
  readonly where: string | undefined;
  readonly ports: readonly VirtualPort[];
  readonly fabric: Fabric;
}

/** A packet inside the switch. */
interface Passage {
  readonly port: VirtualPort;
  readonly direction: Direction;
  readonly packet: Packet;
  readonly original: Flow;
  /** A load balancer may deliver to an address that is not the NIC's (floating IP). */
  readonly accepted: boolean;
}

type Passed = Passage | Action;
interface Layer {
  readonly name: string;
  readonly pass: (passage: Passage, io: Io, fabric: Fabric) => Passed;
}

/** From the guest outwards; inbound packets meet them the other way round. */
const LAYERS: readonly Layer[] = [
  { name: 'nic', pass: checkAddresses },
  { name: 'acl', pass: checkGroups },
  { name: 'slb-vnat', pass: translateBalanced },
  { name: 'vnet', pass: checkCarried },
];

const INBOUND = LAYERS.toReversed();

export const hostSwitch = (config: HostSwitch): Device => ({
  name: `${config.node}:host`,
  node: config.node,
  phase: 'host',
  kind: config.kind,
  where: config.where,
  receive: (port, packet, io) => {
    if (port === 'fabric') return fromFabric(config, packet, io);
    const isProbe = port.startsWith(PLATFORM_PORT);
    const name = isProbe ? port.slice(PLATFORM_PORT.length) : port;
    const nic = config.ports.find((one) => one.name === name);
    if (!nic) return { do: 'unknown', missing: `port ${port} of ${config.node}` };
    return (isProbe ? inbound : outbound)(nic, packet, config.fabric, io);
  },
});

function fromFabric(config: HostSwitch, packet: Packet, io: Io): Action {
  const inner = decapsulate(packet, io);
  if (!inner) return { do: 'drop', reason: 'tunnel-no-endpoint' };
  const port = config.ports.find((one) => io.ask.same(inner.mac, constant(one.mac), one.at));
  return port ? inbound(port, inner.packet, config.fabric, io) : { do: 'drop', reason: 'tunnel-no-endpoint' };
}

const OPPOSITE: Readonly<Record<Direction, Direction>> = { Inbound: 'Outbound', Outbound: 'Inbound' };

const findFlow = (port: VirtualPort, direction: Direction, flow: Flow, io: Io): Found | undefined =>
  io.sessions.find(port.zones[direction], flow, 'original') ??
  io.sessions.find(port.zones[OPPOSITE[direction]], flow, 'reply');

function inbound(port: VirtualPort, packet: Packet, fabric: Fabric, io: Io): Action {
  const passed = pass(
    INBOUND,
    { port, direction: 'Inbound', packet, original: flowOf(packet), accepted: false },
    fabric,
    io,
  );
  return 'do' in passed ? passed : { do: 'send', port: port.name, packet: passed.packet };
}

function outbound(port: VirtualPort, packet: Packet, fabric: Fabric, io: Io): Action {
  const flow = flowOf(packet);
  if (io.ask.within(flow.dst, PLATFORM, undefined)) return toPlatform(port, packet, flow, io);
  const passed = pass(
    LAYERS,
    { port, direction: 'Outbound', packet, original: flow, accepted: false },
    fabric,
    io,
  );
  if ('do' in passed) return passed;
  const onward = route(fabric, port, passed.packet, io);
  return onward.do === 'tunnel' ? { do: 'unknown', missing: 'a tunnel at a host switch' } : onward;
}

/**
 * Platform services are the host's own: no route and no security group has a say. The answer to a probe is taken by the
 * NIC that the probe came to and by no other.
 */
function toPlatform(port: VirtualPort, packet: Packet, flow: Flow, io: Io): Action {
  if (findFlow(port, 'Outbound', flow, io)) return { do: 'deliver', packet };
  const transport = transportOf(packet);
  const isAnswer =
    transport?.proto === 'tcp' && !io.ask.within(transport.flags, single(flagByte(['SYN'])), undefined);
  return isAnswer
    ? { do: 'drop', reason: 'session-missing', at: port.at }
    : { do: 'leave', towards: 'the Azure platform', packet };
}

/** Through the flow table when it knows the flow, else through the layers, remembering the flow. */
function pass(layers: readonly Layer[], passage: Passage, fabric: Fabric, io: Io): Passed {
  const found = findFlow(passage.port, passage.direction, passage.original, io);
  if (found) return { ...passage, packet: fromSession(found, passage.packet, io), accepted: true };
  let passed: Passed = passage;
  for (const layer of layers) {
    io.note({ type: 'layer', layer: layer.name, phase: passage.direction });
    passed = layer.pass(passed, io, fabric);
    if ('do' in passed) return passed;
  }
  const session = { original: passage.original, reply: reverse(flowOf(passed.packet)) };
  io.sessions.stage(passage.port.zones[passage.direction], session);
  io.note({ type: 'session', did: 'opened', table: 'host-flow', ...session });
  return passed;
}

function fromSession(found: Found, packet: Packet, io: Io): Packet {
  const { original, reply } = found.session;
  io.note({ type: 'session', did: 'matched', table: 'host-flow', original, reply });
  return translate(packet, beyond(found), found.direction === 'reply' ? 'unnat' : 'dnat', io);
}

/** Azure's source and destination check: without IP forwarding a NIC sends and takes only what bears its own address. */
function checkAddresses(passage: Passage, io: Io): Passed {
  const { port, direction, packet } = passage;
  if (port.enableIPForwarding || passage.accepted) return passage;
  const ip = ipOf(packet)!;
  if (direction === 'Outbound') {
    return io.ask.within(ip.src, port.addresses, port.at)
      ? passage
      : { do: 'drop', reason: 'source-spoofed', at: port.at };
  }
  return io.ask.within(ip.dst, port.addresses, port.at)
    ? passage
    : { do: 'drop', reason: 'nic-forwarding-off', at: port.at };
}

function checkGroups(passage: Passage, io: Io): Passed {
  const groups =
    passage.direction === 'Outbound' ? passage.port.groups() : passage.port.groups().toReversed();
  for (const group of groups) {
    const refused = filter(group, passage.direction, passage.packet, io);
    if (refused) return refused;
  }
  return passage;
}

/** IP-in-IP and GRE. */
const NOT_CARRIED = setOf([4, 47].map((protocol) => ({ first: protocol, last: protocol })));

/** Multicast of both families, and broadcast to all. */
const NO_UNICAST = setOf(['224.0.0.0/4', '255.255.255.255/32', 'ff00::/8'].map(prefix));

/** What never enters the fabric: Microsoft, "Virtual Network FAQ", "What protocols can I use within VNets?". */
function checkCarried(passage: Passage, io: Io): Passed {
  if (passage.direction === 'Inbound') return passage;
  const { proto, dst } = flowOf(passage.packet);
  return io.ask.within(proto, NOT_CARRIED, undefined) || io.ask.within(dst, NO_UNICAST, undefined)
    ? { do: 'drop', reason: 'traffic-not-carried' }
    : passage;
}

/** Frontend address and port become the machine's own, unless the rule has floating IP. */
function translateBalanced(passage: Passage, io: Io): Passed {
  if (passage.direction === 'Outbound') return passage;
  const { ask } = io;
  const flow = passage.original;
  const rule = passage.port
    .balanced()
    .find(
      (one) =>
        ask.within(flow.dst, single(one.frontend), one.at) &&
        (!one.protocols || ask.within(flow.proto, one.protocols, one.at)) &&
        (!one.frontendPorts || ask.within(flow.dport, one.frontendPorts, one.at)),
    );
  if (!rule) return passage;
  const dport = rule.backendPort === undefined ? flow.dport : constant(rule.backendPort);
  const dst = rule.enableFloatingIP ? flow.dst : constant(rule.backend);
  if (rule.enableFloatingIP && passage.port.groups().length > 0)
    io.note({ type: 'assumed', code: 'floating-ip-filter' });
  const packet = translate(passage.packet, { ...flow, dst, dport }, 'dnat', io, {
    table: 'slb-vnat',
    rule: { rule: rule.rule, at: rule.at },
  });
  return { ...passage, packet, accepted: true };
}
