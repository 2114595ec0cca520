/** Azure Load Balancer as a device: one of its multiplexers, which share their flow tables. */
import { flowOf, ipOf, type Packet } from '../../packet/packet.ts';
import { reverse, type Flow } from '../../packet/flow.ts';
import { formatAddress, type Address } from '../../value/address.ts';
import { single } from '../../value/integer-set.ts';
import { constant } from '../../value/term.ts';
import { decapsulate, encapsulate } from '../../mechanism/fabric.ts';
import type { Action, Io } from '../../walk/device.ts';
import type { Cite } from '../../walk/cite.ts';
import type { MemberFact } from '../../walk/event.ts';
import type { Built, Probe, Programmed } from '../kind.ts';

export interface Rule {
  readonly name: string;
  readonly frontend: string;
  readonly pool: string;
  /** NICs: `nva1/eth0`. */
  readonly members: readonly string[];
  readonly protocol: 'Tcp' | 'Udp' | 'All';
  /** Undefined on an HA-ports rule. */
  readonly frontendPort: number | undefined;
  readonly backendPort: number | undefined;
  readonly probe: Probe | undefined;
  readonly loadDistribution: 'Default' | 'SourceIP' | 'SourceIPProtocol';
  readonly enableFloatingIP: boolean;
  readonly at: Cite;
}

export interface Balancer {
  readonly name: string;
  readonly frontends: ReadonlyMap<string, { readonly subnet: string; readonly address: Address }>;
  readonly rules: readonly Rule[];
  readonly at: Cite;
}

/** What each distribution hashes; Microsoft, "Azure Load Balancer distribution modes". */
const HASHED: Readonly<Record<Rule['loadDistribution'], readonly (keyof Flow)[]>> = {
  Default: ['src', 'sport', 'dst', 'dport', 'proto'],
  SourceIP: ['src', 'dst'],
  SourceIPProtocol: ['src', 'dst', 'proto'],
};

export const PROTOCOL = { Tcp: 6, Udp: 17 } as const;
const ICMP = [1, 1, 58, 58];

/** One device for each frontend, since a frontend has a location of its own in the underlay. */
export function buildLoadBalancer(balancer: Balancer, programmed: Programmed): readonly Built[] {
  return [...balancer.frontends].map(([name, frontend]) => ({
    device: {
      name: `${balancer.name}:${name}`,
      node: balancer.name,
      kind: 'load-balancer',
      where: `frontend ${formatAddress(frontend.address)}`,
      receive: (_port, packet, io) => balance(balancer, name, frontend, packet, programmed, io),
    },
    links: { fabric: programmed.fabric.link },
  }));
}

function balance(
  balancer: Balancer,
  frontend: string,
  at: { readonly subnet: string; readonly address: Address },
  outer: Packet,
  programmed: Programmed,
  io: Io,
): Action {
  const inner = decapsulate(outer, io);
  if (!inner) return { do: 'drop', reason: 'tunnel-no-endpoint' };
  const flow = flowOf(inner.packet);
  const zone = `${balancer.name}/${frontend}/flows`;
  const rule = ruleFor(balancer, frontend, at.address, flow, io);
  if (!rule) return { do: 'drop', reason: 'balancer-no-rule', at: balancer.at };
  if (rule.protocol === 'All' && io.ask.within(flow.proto, ICMP, rule.at))
    io.note({ type: 'assumed', code: 'balancer-icmp' });
  const members = rule.members.map((nic) =>
    rule.probe ? programmed.probe(nic, rule.probe) : { name: nic, up: true },
  );
  const found = io.sessions.find(zone, flow);
  const member = found
    ? fromSession(found.session.pin!, rule, members, found.session, io)
    : pick(balancer, rule, members, flow, zone, io);
  if (member === undefined) return { do: 'drop', reason: 'balancer-no-backend', at: rule.at };
  const vnet = at.subnet.split('/')[0]!;
  const address = addressOf(member, inner.packet, programmed);
  const location = address === undefined ? undefined : programmed.fabric.locations(vnet).find(address);
  const own = programmed.fabric.locations(vnet).find(at.address);
  if (address === undefined || !location || !own)
    return { do: 'drop', reason: 'neighbour-missing', at: rule.at };
  return encapsulate(own, location, constant(address), inner.packet, io);
}

/** A packet for the frontend itself needs a rule for its port; one that a route steered here needs an HA-ports rule. */
function ruleFor(
  balancer: Balancer,
  frontend: string,
  address: Address,
  flow: Flow,
  io: Io,
): Rule | undefined {
  const isForFrontend = io.ask.within(flow.dst, single(address), balancer.at);
  return balancer.rules.find((rule) => {
    if (rule.frontend !== frontend) return false;
    if (rule.protocol === 'All') return true;
    return (
      isForFrontend &&
      io.ask.within(flow.proto, single(PROTOCOL[rule.protocol]), rule.at) &&
      io.ask.within(flow.dport, single(rule.frontendPort!), rule.at)
    );
  });
}

/** An established flow stays with its member, even when the member's probe fails meanwhile. */
function fromSession(
  pinned: string,
  rule: Rule,
  members: readonly MemberFact[],
  session: { readonly original: Flow; readonly reply: Flow },
  io: Io,
): string {
  io.note({
    type: 'session',
    did: 'matched',
    table: 'load-balancer',
    original: session.original,
    reply: session.reply,
    pin: pinned,
  });
  io.note({
    type: 'chose',
    frontend: rule.frontend,
    rule: { rule: rule.name, at: rule.at },
    pool: rule.pool,
    members,
    hash: [],
    picked: pinned,
    how: 'session',
  });
  return pinned;
}

function pick(
  balancer: Balancer,
  rule: Rule,
  members: readonly MemberFact[],
  flow: Flow,
  zone: string,
  io: Io,
): string | undefined {
  const up = members.filter((one) => one.up).map((one) => one.name);
  const hash = HASHED[rule.loadDistribution];
  const event = {
    type: 'chose',
    frontend: rule.frontend,
    rule: { rule: rule.name, at: rule.at },
    pool: rule.pool,
    members,
    hash,
  } as const;
  if (up.length === 0) {
    io.note({ ...event, picked: '', how: 'only' });
    return undefined;
  }
  const { option, how } = io.ask.choose({
    node: balancer.name,
    options: up,
    name: (nic) => nic,
    over: hash.map((field) => flow[field]),
  });
  if (how === 'hash') io.note({ type: 'assumed', code: 'balancer-hash', about: balancer.name });
  io.note({ ...event, picked: option, how });
  const session = { original: flow, reply: reverse(flow), pin: option };
  io.sessions.stage(zone, session);
  io.note({ type: 'session', did: 'opened', table: 'load-balancer', ...session });
  return option;
}

/** The member's address of the packet's family. */
function addressOf(nic: string, packet: Packet, programmed: Programmed): Address | undefined {
  const isFour = ipOf(packet)!.proto === 'ipv4';
  return programmed.declared.nics
    .get(nic)
    ?.addresses.find((address) => (typeof address === 'number') === isFour);
}
