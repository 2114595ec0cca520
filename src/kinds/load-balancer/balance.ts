/** Azure Load Balancer as a device: one of its multiplexers, which share their flow tables. */
import { flowOf, ipOf, type Packet } from '../../packet/packet.ts';
import { reverse, type Flow } from '../../packet/flow.ts';
import { familyOf, formatAddress, type Address, type Family } from '../../value/address.ts';
import { single } from '../../value/integer-set.ts';
import { constant } from '../../value/term.ts';
import { decapsulate, encapsulate, type Location } from '../../mechanism/fabric.ts';
import { lentPorts, toBorrower, type Located } from '../../mechanism/public-address.ts';
import { had } from '../../mechanism/security-group.ts';
import { familyNumber } from '../../mechanism/ttl.ts';
import type { Choice } from '../../walk/ask.ts';
import type { Action, Io } from '../../walk/device.ts';
import type { Cite } from '../../walk/cite.ts';
import type { MemberFact, NearMiss, RuleFact } from '../../walk/event.ts';
import { once, type Built, type Probe, type Programmed } from '../kind.ts';
import { memberAt } from '../public-address.ts';
import type { Frontend as FrontendConfig } from './frontend.ts';

export interface Rule {
  readonly name: string;
  readonly frontend: string;
  readonly pool: string;
  /** NICs: `nva1/eth0`. */
  readonly members: () => readonly string[];
  /** Of an inbound NAT rule for a pool: which member alone. */
  readonly slot?: number;
  readonly protocol: 'Tcp' | 'Udp' | 'All';
  /** Undefined on an HA-ports rule. */
  readonly frontendPort: number | undefined;
  readonly backendPort: number | undefined;
  readonly probe: Probe | undefined;
  readonly loadDistribution: 'Default' | 'SourceIP' | 'SourceIPProtocol';
  readonly enableFloatingIP: boolean;
  /** Ports, and what decides after the last packet: `Tcp/80 to 8080, idle timeout 4 min, TCP reset`. */
  readonly text: string;
  readonly at: Cite;
}

export interface Balancer {
  readonly name: string;
  readonly frontends: ReadonlyMap<string, FrontendConfig>;
  readonly rules: readonly Rule[];
  readonly isGlobal: boolean;
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
  readonly isPublic: boolean;
  readonly rules: readonly Rule[];
  /** Its flow table, which its multiplexers share. */
  readonly zone: string;
  readonly health: (rule: Rule) => Health;
  /** Of its hash: its place among all frontends, since Azure promises one member for both directions at one frontend only. */
  readonly seed: number;
  /** Where its multiplexers are. */
  readonly own: () => Pick<Location, 'physical' | 'mac'>;
  /** Where a member's address of a family is. */
  readonly locate: (nic: string, family: Family) => Located | undefined;
}

/** One device for each frontend, since a frontend has a location of its own in the underlay. */
export function buildLoadBalancer(balancer: Balancer, programmed: Programmed): readonly Built[] {
  const { declared, fabric } = programmed;
  const frontends = [...declared.serviceAddresses, ...declared.publicServices]
    .filter((one) => !('node' in one) || one.id !== one.node)
    .map(({ id }) => id);
  return [...balancer.frontends].map(([name, { subnet, address }]) => {
    const id = `${balancer.name}/${name}`;
    const frontend: Frontend = {
      balancer,
      name,
      address,
      isPublic: subnet === undefined,
      rules: balancer.rules.filter((rule) => rule.frontend === name),
      zone: `${id}/flows`,
      health: healthOf(programmed),
      seed: frontends.indexOf(id),
      own: once(() =>
        subnet === undefined
          ? fabric.publicService(id)
          : fabric.locations(subnet.split('/')[0]!).find(address)!,
      ),
      locate: (nic, family) => memberAt(nic, family, programmed),
    };
    return {
      device: {
        name: `${balancer.name}:${name}`,
        node: balancer.name,
        part: name,
        kind: 'load-balancer',
        where: `frontend ${formatAddress(address)}`,
        receive: (_port, packet, io) => receive(frontend, packet, io),
      },
      links: { fabric: fabric.link },
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
  const members = rule.members().map((name): MemberFact => {
    if (!programmed.declared.nics.has(name)) return { name, up: false, why: 'neighbour-missing' };
    return rule.probe ? programmed.probe(name, rule.probe) : { name, up: true };
  });
  return { members, up: members.filter((one) => one.up).map((one) => one.name) };
}

/** To a public frontend packets come as they are, to an internal one by the fabric. */
function receive(frontend: Frontend, arrived: Packet, io: Io): Action {
  const { balancer, isPublic, address, own } = frontend;
  if (balancer.isGlobal)
    return {
      do: 'unknown',
      missing: 'how a load balancer of the Global tier balances over regions',
      at: balancer.at,
    };
  const packet = isPublic ? arrived : decapsulate(arrived, io)?.packet;
  if (!packet) return { do: 'drop', reason: 'tunnel-no-endpoint' };
  const family = familyOfPacket(packet);
  const locate = (nic: string): Located | undefined => frontend.locate(nic, family);
  const lent = isPublic ? toBorrower(lentPorts(address), own(), locate, packet, io) : undefined;
  return lent ?? balance(frontend, packet, io);
}

const familyOfPacket = (packet: Packet): Family => familyNumber(ipOf(packet)!.proto);

function balance(frontend: Frontend, packet: Packet, io: Io): Action {
  const flow = flowOf(packet);
  const rule = ruleFor(frontend, flow, io);
  if (!rule) {
    const near = (): readonly NearMiss[] => nearMisses(frontend, flow, io);
    io.note({ type: 'matched', table: frontend.balancer.name, rule: undefined, action: 'no match', near });
    return { do: 'drop', reason: 'balancer-no-rule', at: frontend.balancer.at };
  }
  if (rule.protocol === 'All' && !io.ask.within(flow.proto, TCP_OR_UDP, rule.at))
    io.note({ type: 'assumed', code: 'balancer-protocol' });
  const member = pinned(frontend, rule, flow, io) ?? pick(frontend, rule, flow, io);
  if (member === undefined) return { do: 'drop', reason: 'balancer-no-backend', at: rule.at };
  const found = frontend.locate(member, familyOfPacket(packet));
  if (!found) return { do: 'drop', reason: 'neighbour-missing', at: rule.at };
  return encapsulate(frontend.own(), found.location, constant(found.address), packet, io);
}

/**
 * A packet for the frontend itself needs a rule for its port; one that a route steered here needs an HA-ports rule. A
 * frontend may have both, for other pools, and which one goes first is not documented: the one that names the port.
 */
function ruleFor({ rules, address, balancer }: Frontend, flow: Flow, io: Io): Rule | undefined {
  const isForFrontend = io.ask.within(flow.dst, single(address), balancer.at);
  const all = rules.find((rule) => rule.protocol === 'All');
  const one = rules.find(
    (rule) =>
      rule.protocol !== 'All' &&
      isForFrontend &&
      io.ask.within(flow.proto, single(PROTOCOL[rule.protocol]), rule.at) &&
      io.ask.within(flow.dport, single(rule.frontendPort!), rule.at),
  );
  if (one && all) io.note({ type: 'assumed', code: 'balancer-precedence' });
  return one ?? all;
}

/** Rules for what is sent to the frontend that failed in protocol or port alone; asked when the walk is over. */
function nearMisses({ rules, address, balancer }: Frontend, flow: Flow, { ask }: Io): readonly NearMiss[] {
  if (!ask.within(flow.dst, single(address), balancer.at)) return [];
  return rules.flatMap((rule): NearMiss[] => {
    if (rule.protocol === 'All') return [];
    const isProtocol = ask.within(flow.proto, single(PROTOCOL[rule.protocol]), rule.at);
    const isPort = ask.within(flow.dport, single(rule.frontendPort!), rule.at);
    if (isProtocol === isPort) return [];
    const miss = isProtocol
      ? { failed: 'frontendPort', wanted: String(rule.frontendPort), had: had('destinationPort', flow.dport) }
      : { failed: 'protocol', wanted: rule.protocol, had: had('protocol', flow.proto) };
    return [{ rule: { rule: rule.name, at: rule.at }, ...miss }];
  });
}

const factOf = ({ name, text, at }: Rule): RuleFact => ({ rule: name, text, at });

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

/** What the member will answer: from its own address and port where the rule translates what is for the frontend. */
function answerOf(frontend: Frontend, rule: Rule, member: string, flow: Flow, io: Io): Flow {
  const isTranslated = !rule.enableFloatingIP && io.ask.within(flow.dst, single(frontend.address), rule.at);
  const own = isTranslated ? frontend.locate(member, familyOf(frontend.address))?.address : undefined;
  const dst = own === undefined ? flow.dst : constant(own);
  const dport = isTranslated && rule.backendPort !== undefined ? constant(rule.backendPort) : flow.dport;
  return reverse({ ...flow, dst, dport });
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
  const isAlone = frontend.balancer.frontends.size === 1;
  const choice: Choice<string> = {
    node: isAlone ? node : `${node}/${frontend.name}`,
    whole: node,
    options: up,
    name: (nic) => nic,
    over,
    seed: frontend.seed,
  };
  const { option, how, passedOver } = io.ask.choose(choice);
  if (passedOver !== undefined)
    io.note({ type: 'assumed', code: 'pick-unavailable', about: `${node}=${passedOver}` });
  if (how === 'hash') io.note({ type: 'assumed', code: 'balancer-hash', about: node });
  io.note({ ...event, picked: option, how });
  const session = { original: flow, reply: answerOf(frontend, rule, option, flow, io), pin: option };
  io.sessions.stage(frontend.zone, session);
  io.note({ type: 'session', did: 'opened', table: 'load-balancer', ...session });
  return option;
}
