/**
 * The host switch under a machine: Azure's Virtual Filtering Platform (NSDI 2017; DASH "SDN pipeline basic elements").
 *
 *      guest NIC
 *        |  nic        source and destination check (enableIPForwarding)
 *        |  acl        network security groups of NIC and subnet
 *        |  slb-vnat   frontend to machine, for what an internal load balancer sent
 *        |  vnet       effective routes, peering, location; VXLAN
 *        |  slb-nat    public address to machine, for what came from the Internet; and back on the way out
 *      fabric, or the Internet
 *
 * A flow's first packet walks the layers, downwards on its way out and upwards on its way in; the flow table then
 * answers for its later packets and for its replies.
 */
import { flowOf, ipOf, transportOf, type Packet } from '../packet/packet.ts';
import { flagByte } from '../packet/tcp.ts';
import { reverse, type Flow } from '../packet/flow.ts';
import { single, type IntegerSet } from '../value/integer-set.ts';
import { constant } from '../value/term.ts';
import type { Cite } from '../walk/cite.ts';
import type { Table } from '../walk/ask.ts';
import type { Action, Device, Io } from '../walk/device.ts';
import { isOverruled } from '../walk/past.ts';
import type { Found, Session } from '../walk/session.ts';
import { isCarried } from './carried.ts';
import { CHAIN_PORT, throughChain, type Chain } from './chain.ts';
import { decapsulate, route, type Fabric, type Sender } from './fabric.ts';
import { fromFrontend, type Balanced } from './frontend.ts';
import { translateOutbound, type OutboundMethod } from './outbound.ts';
import { PLATFORM, PLATFORM_PORT } from './platform.ts';
import { filter, type Direction, type ProgrammedGroup } from './security-group.ts';
import { beyond, translate } from './translation.ts';

/** The port by which packets for the public address of a NIC come and packets to the Internet leave. */
export const INTERNET_PORT = 'internet';

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
  /** What load balancers send here, and the NIC's own public addresses. */
  readonly balanced: () => readonly Balanced[];
  /** Its ways to the Internet, by rank. */
  readonly outbound: () => readonly OutboundMethod[];
  readonly at: Cite;
}

export interface HostSwitch {
  readonly node: string;
  readonly kind: string;
  readonly where: string | undefined;
  readonly ports: readonly VirtualPort[];
  readonly fabric: Fabric;
  /** Public addresses that are chained to gateway load balancers. */
  readonly chains: Table<Chain>;
}

/** A packet inside the switch. */
interface Passage {
  readonly port: VirtualPort;
  readonly direction: Direction;
  readonly packet: Packet;
  readonly original: Flow;
  /** The frontend or public address that the packet came by; it may be delivered to one that is not the NIC's (floating IP). */
  readonly by?: Balanced;
  /** What the flow table knows of the flow. */
  readonly found?: Found;
  /** What the flow table is told of a flow that it does not know. */
  readonly opened?: Session;
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
  { name: 'slb-vnat', pass: (passage, io) => translateFrontend('slb-vnat', passage, io) },
  { name: 'vnet', pass: checkFabric },
];

const FROM_INTERNET: Layer = {
  name: 'slb-nat',
  pass: (passage, io) => translateFrontend('slb-nat', passage, io),
};

const INBOUND = LAYERS.toReversed();
const INBOUND_PUBLIC = [FROM_INTERNET, ...INBOUND];

export const hostSwitch = (config: HostSwitch): Device => ({
  name: `${config.node}:host`,
  node: config.node,
  phase: 'host',
  kind: config.kind,
  where: config.where,
  receive: (port, packet, io) => {
    if (port === 'fabric') return fromFabric(config, packet, io);
    if (port === CHAIN_PORT.Internal) return fromInternet(config, packet, io);
    if (port === INTERNET_PORT)
      return (
        throughChain(config.chains, 'External', ipOf(packet)!.dst, packet, io) ??
        fromInternet(config, packet, io)
      );
    const isProbe = port.startsWith(PLATFORM_PORT);
    const name = isProbe ? port.slice(PLATFORM_PORT.length) : port;
    const nic = config.ports.find((one) => one.name === name);
    if (!nic) return { do: 'unknown', missing: `port ${port} of ${config.node}` };
    return isProbe ? inbound(nic, packet, INBOUND, config.fabric, io) : outbound(nic, packet, config, io);
  },
});

function fromFabric(config: HostSwitch, packet: Packet, io: Io): Action {
  const inner = decapsulate(packet, io);
  if (!inner) return { do: 'drop', reason: 'tunnel-no-endpoint' };
  const port = config.ports.find((one) => io.ask.same(inner.mac, constant(one.mac), one.at));
  if (!port) return { do: 'drop', reason: 'tunnel-no-endpoint' };
  const isFromMux = io.ask.within(ipOf(packet)!.src, config.fabric.multiplexers, undefined);
  return inbound(port, inner.packet, isFromMux ? INBOUND_PUBLIC : INBOUND, config.fabric, io);
}

/** One-to-one public addresses need no multiplexer: the packet comes as it is. */
function fromInternet(config: HostSwitch, packet: Packet, io: Io): Action {
  const { dst } = ipOf(packet)!;
  const port = config.ports.find((one) =>
    one.balanced().some(({ frontend, at }) => io.ask.within(dst, single(frontend), at)),
  );
  return port
    ? inbound(port, packet, INBOUND_PUBLIC, config.fabric, io)
    : { do: 'drop', reason: 'neighbour-missing' };
}

const OPPOSITE: Readonly<Record<Direction, Direction>> = { Inbound: 'Outbound', Outbound: 'Inbound' };

const findFlow = (port: VirtualPort, direction: Direction, flow: Flow, io: Io): Found | undefined =>
  io.sessions.find(port.zones[direction], flow, 'original') ??
  io.sessions.find(port.zones[OPPOSITE[direction]], flow, 'reply');

function inbound(
  port: VirtualPort,
  packet: Packet,
  layers: readonly Layer[],
  fabric: Fabric,
  io: Io,
): Action {
  const passage: Passage = { port, direction: 'Inbound', packet, original: flowOf(packet) };
  const passed = pass(layers, passage, fabric, io);
  return 'do' in passed ? passed : { do: 'send', port: port.name, packet: passed.packet };
}

function outbound(port: VirtualPort, packet: Packet, { fabric, chains }: HostSwitch, io: Io): Action {
  const flow = flowOf(packet);
  if (io.ask.within(flow.dst, PLATFORM, undefined)) return toPlatform(port, packet, flow, io);
  const passed = pass(LAYERS, { port, direction: 'Outbound', packet, original: flow }, fabric, io);
  if ('do' in passed) return passed;
  const onward = route(fabric, port, passed.packet, io);
  if (onward.do === 'internet') return toInternet(passed, chains, io);
  return onward.do === 'tunnel' ? { do: 'unknown', missing: 'a tunnel at a host switch' } : onward;
}

/**
 * The NIC's own address becomes a public one: that which the flow table knows, else one that the NIC has or is lent. An
 * answer goes straight to the client, past the load balancer that the question came by; from a chained address it goes
 * round by the appliances first. Other addresses nobody translates.
 */
function toInternet({ port, packet, found, opened }: Passage, chains: Table<Chain>, io: Io): Action {
  const throughChainOf = (out: Packet): Action | undefined =>
    throughChain(chains, 'Internal', ipOf(out)!.src, out, io);
  const leaving = (out: Packet): Action => ({ do: 'send', port: INTERNET_PORT, packet: out });
  if (found && isPublic(found)) {
    const { pin } = found.session;
    const out = putBack(found, packet, io);
    const chained = throughChainOf(out);
    if (chained) return chained;
    if (pin !== undefined)
      io.note({ type: 'matched', table: 'egress', rule: { rule: pin }, action: 'direct server return' });
    return leaving(out);
  }
  if (!io.ask.within(ipOf(packet)!.src, port.addresses, port.at))
    return { do: 'drop', reason: 'outbound-source-foreign', at: port.at };
  const translated = translateOutbound(`${port.node}/${port.name}`, port.outbound(), packet, io);
  if ('do' in translated) return translated;
  const original = flowOf(packet);
  const flows = { original, reply: reverse(flowOf(translated)) };
  io.sessions.stage(port.zones.Outbound, { ...flows, state: PUBLIC }, opened);
  io.note({ type: 'session', did: 'opened', table: 'outbound', ...flows });
  return throughChainOf(translated) ?? leaving(translated);
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

/** The state of a flow whose machine the Internet knows by a public address. */
const PUBLIC = 'public';

const isPublic = ({ session }: Found): boolean => session.state === PUBLIC;

/**
 * Through the flow table when it knows the flow, else through the layers, remembering the flow. A public address is put
 * in when the packet's route leads to the Internet, and not before: a user route may lead the answer elsewhere.
 */
function pass(layers: readonly Layer[], passage: Passage, fabric: Fabric, io: Io): Passed {
  const { port, direction, original } = passage;
  const found = findFlow(port, direction, original, io);
  if (found) {
    const { session } = found;
    io.note({
      type: 'session',
      did: 'matched',
      table: 'host-flow',
      original: session.original,
      reply: session.reply,
    });
    const isLater = direction === 'Outbound' && isPublic(found);
    const packet = isLater ? passage.packet : putBack(found, passage.packet, io);
    return { port, direction, packet, original, found };
  }
  let passed: Passed = passage;
  for (const layer of layers) {
    io.note({ type: 'layer', layer: layer.name, phase: direction });
    passed = layer.pass(passed, io, fabric);
    if ('do' in passed) return passed;
  }
  const { packet } = passed;
  const flows = { original, reply: reverse(flowOf(packet)) };
  const opened: Session = passed.by?.layer === 'slb-nat' ? { ...flows, ...pinned(passed.by) } : flows;
  io.sessions.stage(port.zones[direction], opened);
  io.note({ type: 'session', did: 'opened', table: 'host-flow', ...flows });
  return { port, direction, packet, original, opened };
}

const pinned = ({ balancer }: Balanced): Pick<Session, 'pin' | 'state'> =>
  balancer === undefined ? { state: PUBLIC } : { state: PUBLIC, pin: balancer };

/** Gives the packet the addresses that the flow has beyond this switch. */
const putBack = (found: Found, packet: Packet, io: Io): Packet =>
  translate(packet, beyond(found), found.direction === 'reply' ? 'unnat' : 'dnat', io);

/** Azure's source and destination check: without IP forwarding a NIC sends and takes only what bears its own address. */
function checkAddresses(passage: Passage, io: Io): Passed {
  const { port, direction, packet } = passage;
  if (port.enableIPForwarding || passage.by) return passage;
  const ip = ipOf(packet)!;
  const isSending = direction === 'Outbound';
  if (io.ask.within(isSending ? ip.src : ip.dst, port.addresses, port.at)) return passage;
  const reason = isSending ? 'source-spoofed' : 'nic-forwarding-off';
  const drop = { do: 'drop', reason, at: port.at } as const;
  return isOverruled(drop, io) ? passage : drop;
}

function checkGroups(passage: Passage, io: Io): Passed {
  const groups =
    passage.direction === 'Outbound' ? passage.port.groups() : passage.port.groups().toReversed();
  if (passage.by?.isClosed === true && groups.length === 0) {
    const closed = { do: 'drop', reason: 'public-inbound-closed', at: passage.port.at } as const;
    if (!isOverruled(closed, io)) return closed;
  }
  for (const group of groups) {
    const refused = filter(group, passage.direction, passage.packet, io);
    if (refused) return refused;
  }
  return passage;
}

function checkFabric(passage: Passage, io: Io): Passed {
  return passage.direction === 'Inbound' || isCarried(passage.packet, io)
    ? passage
    : { do: 'drop', reason: 'traffic-not-carried' };
}

/** Frontend address and port become the machine's own, unless the rule has floating IP. */
function translateFrontend(layer: Balanced['layer'], passage: Passage, io: Io): Passed {
  if (passage.direction === 'Outbound') return passage;
  const { port, packet } = passage;
  const found = fromFrontend(port.balanced(), layer, packet, io);
  if (!found) return passage;
  if (found.rule.enableFloatingIP && port.groups().length > 0)
    io.note({ type: 'assumed', code: 'floating-ip-filter' });
  return { ...passage, packet: found.packet, by: found.rule };
}
