/** Azure Load Balancer as a device: one of its multiplexers, which share their flow tables. */
import { flowOf, ipOf, type Packet } from '../../packet/packet.ts';
import { reverse, type Flow } from '../../packet/flow.ts';
import { familyOf, formatAddress, type Address } from '../../value/address.ts';
import { single } from '../../value/integer-set.ts';
import { constant } from '../../value/term.ts';
import { decapsulate, encapsulate, type Location } from '../../mechanism/fabric.ts';
import type { Table } from '../../walk/ask.ts';
import type { Action, Io } from '../../walk/device.ts';
import type { Cite } from '../../walk/cite.ts';
import type { MemberFact, RuleFact } from '../../walk/event.ts';
import { once, type Built, type Probe, type Programmed } from '../kind.ts';

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
/** What an HA-ports rule carries beyond doubt. */
const TCP_OR_UDP = [6, 6, 17, 17];

/** The members of a rule's pool, and the names of those that are up. */
interface Health {
  readonly members: readonly MemberFact[];
  readonly up: readonly string[];
}

/** A frontend at work: what its multiplexers know. */
interface Frontend {
  readonly balancer: Balancer;
  readonly name: string;
  readonly address: Address;
  readonly rules: readonly Rule[];
  /** Its flow table, which its multiplexers share. */
  readonly zone: string;
  readonly health: (rule: Rule) => Health;
  /** Of its hash: its place among all frontends, since Azure promises one member for both directions at one frontend only. */
  readonly seed: number;
  readonly locations: () => Table<Location>;
  readonly nics: Programmed['declared']['nics'];
}

/** One device for each frontend, since a frontend has a location of its own in the underlay. */
export function buildLoadBalancer(balancer: Balancer, programmed: Programmed): readonly Built[] {
  const frontends = programmed.declared.serviceAddresses
    .filter(({ id, node }) => id !== node)
    .map(({ id }) => id);
  return [...balancer.frontends].map(([name, { subnet, address }]) => {
    const frontend: Frontend = {
      balancer,
      name,
      address,
      rules: balancer.rules.filter((rule) => rule.frontend === name),
      zone: `${balancer.name}/${name}/flows`,
      health: healthOf(programmed),
      seed: frontends.indexOf(`${balancer.name}/${name}`),
      locations: once(() => programmed.fabric.locations(subnet.split('/')[0]!)),
      nics: programmed.declared.nics,
    };
    return {
      device: {
        name: `${balancer.name}:${name}`,
        node: balancer.name,
        kind: 'load-balancer',
        where: `frontend ${formatAddress(address)}`,
        receive: (_port, packet, io) => balance(frontend, packet, io),
      },
      links: { fabric: programmed.fabric.link },
    };
  });
}

/** Members with their health; without a probe every member counts as healthy. */
function healthOf(programmed: Programmed): Frontend['health'] {
  const known = new Map<Rule, Health>();
  return (rule) => {
    const health = known.get(rule) ?? probe(rule, programmed);
    known.set(rule, health);
    return health;
  };
}

function probe(rule: Rule, programmed: Programmed): Health {
  const members = rule.members.map((name) =>
    rule.probe ? programmed.probe(name, rule.probe) : { name, up: true },
  );
  return { members, up: members.filter((one) => one.up).map((one) => one.name) };
}

function balance(frontend: Frontend, outer: Packet, io: Io): Action {
  const inner = decapsulate(outer, io);
  if (!inner) return { do: 'drop', reason: 'tunnel-no-endpoint' };
  const flow = flowOf(inner.packet);
  const rule = ruleFor(frontend, flow, io);
  if (!rule) return { do: 'drop', reason: 'balancer-no-rule', at: frontend.balancer.at };
  if (rule.protocol === 'All' && !io.ask.within(flow.proto, TCP_OR_UDP, rule.at))
    io.note({ type: 'assumed', code: 'balancer-protocol' });
  const member = pinned(frontend, rule, flow, io) ?? pick(frontend, rule, flow, io);
  if (member === undefined) return { do: 'drop', reason: 'balancer-no-backend', at: rule.at };
  const address = addressOf(member, inner.packet, frontend);
  const own = frontend.locations().find(frontend.address);
  const location = address === undefined ? undefined : frontend.locations().find(address);
  if (address === undefined || !location || !own)
    return { do: 'drop', reason: 'neighbour-missing', at: rule.at };
  return encapsulate(own, location, constant(address), inner.packet, io);
}

/** A packet for the frontend itself needs a rule for its port; one that a route steered here needs an HA-ports rule. */
function ruleFor({ rules, address, balancer }: Frontend, flow: Flow, io: Io): Rule | undefined {
  const isForFrontend = io.ask.within(flow.dst, single(address), balancer.at);
  return rules.find((rule) => {
    if (rule.protocol === 'All') return true;
    return (
      isForFrontend &&
      io.ask.within(flow.proto, single(PROTOCOL[rule.protocol]), rule.at) &&
      io.ask.within(flow.dport, single(rule.frontendPort!), rule.at)
    );
  });
}

const factOf = (rule: Rule): RuleFact => ({ rule: rule.name, at: rule.at });

/** An established flow stays with its member, even when the member's probe fails meanwhile. */
function pinned(frontend: Frontend, rule: Rule, flow: Flow, io: Io): string | undefined {
  const session = io.sessions.find(frontend.zone, flow)?.session;
  if (session?.pin === undefined) return undefined;
  const { original, reply, pin } = session;
  io.note({ type: 'session', did: 'matched', table: 'load-balancer', original, reply, pin });
  const { members } = frontend.health(rule);
  io.note({
    type: 'chose',
    frontend: frontend.name,
    rule: factOf(rule),
    pool: rule.pool,
    members,
    hash: [],
    picked: pin,
    how: 'session',
  });
  return pin;
}

function pick(frontend: Frontend, rule: Rule, flow: Flow, io: Io): string | undefined {
  const { members, up } = frontend.health(rule);
  const hash = HASHED[rule.loadDistribution];
  const event = {
    type: 'chose',
    frontend: frontend.name,
    rule: factOf(rule),
    pool: rule.pool,
    members,
    hash,
  } as const;
  if (up.length === 0) {
    io.note({ ...event, picked: '', how: 'only' });
    return undefined;
  }
  const node = frontend.balancer.name;
  if (rule.probe && rule.probe.protocol !== 'Tcp')
    io.note({ type: 'assumed', code: 'probe-answer', about: node });
  const over = hash.map((field) => flow[field]);
  const choice = { node, options: up, name: (nic: string): string => nic, over, seed: frontend.seed };
  const { option, how, passedOver } = io.ask.choose(choice);
  if (passedOver !== undefined)
    io.note({ type: 'assumed', code: 'pick-unavailable', about: `${node}=${passedOver}` });
  if (how === 'hash') io.note({ type: 'assumed', code: 'balancer-hash', about: node });
  io.note({ ...event, picked: option, how });
  const session = { original: flow, reply: reverse(flow), pin: option };
  io.sessions.stage(frontend.zone, session);
  io.note({ type: 'session', did: 'opened', table: 'load-balancer', ...session });
  return option;
}

/** The member's address of the packet's family. */
function addressOf(nic: string, packet: Packet, { nics }: Frontend): Address | undefined {
  const family = ipOf(packet)!.proto === 'ipv4' ? 4 : 6;
  return nics.get(nic)?.addresses.find((address) => familyOf(address) === family);
}
