/** Azure Load Balancer as a device: one of its multiplexers, which share their flow tables. */
import { flowOf, ipOf, type Packet } from '../../packet/packet.ts';
import { reverse, type Flow } from '../../packet/flow.ts';
import { familyOf, formatAddress, type Address, type Family } from '../../value/address.ts';
import { single } from '../../value/integer-set.ts';
import { constant } from '../../value/term.ts';
import { CHAIN_PORT, throughChain } from '../../mechanism/chain.ts';
import { decapsulate, encapsulate, type Location } from '../../mechanism/fabric.ts';
import { lentPorts, toBorrower, type Located } from '../../mechanism/public-address.ts';
import { had } from '../../mechanism/rule-list.ts';
import { familyNumber } from '../../mechanism/ttl.ts';
import type { Action, Io } from '../../walk/device.ts';
import type { Cite } from '../../walk/cite.ts';
import type { NearMiss } from '../../walk/event.ts';
import { once, type Built, type Probe, type Programmed } from '../kind.ts';
import { memberAt } from '../public-address.ts';
import { chainLinks } from '../chain.ts';
import type { Config } from './config.ts';
import type { Frontend as FrontendConfig } from './frontend.ts';
import { healthOf, memberFor, seedOf, type Chooser } from './member.ts';
import type { TunnelInterface } from './pool.ts';

export interface Rule {
  readonly name: string;
  readonly frontend: string;
  readonly pool: string;
  /** NICs: `nva1/eth0`. */
  readonly members: () => readonly string[];
  /** Of a gateway load balancer: its tunnels, with the members that have their other ends. */
  readonly tunnels: readonly (TunnelInterface & Pick<Rule, 'members'>)[];
  /** Of an inbound NAT rule for a pool: which member alone. */
  readonly slot?: number;
  readonly protocol: 'Tcp' | 'Udp' | 'All';
  /** Undefined on an HA-ports rule. */
  readonly frontendPort: number | undefined;
  readonly backendPort: number | undefined;
  readonly probe: Probe | undefined;
  readonly probeAt?: Cite | undefined;
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
  readonly sku: Config['sku'];
  readonly isGlobal: boolean;
  readonly at: Cite;
}

export const PROTOCOL = { Tcp: 6, Udp: 17 } as const;
/** What an HA-ports rule carries beyond doubt. */
const TCP_OR_UDP = [6, 6, 17, 17];

/** A frontend at work: what its multiplexers know. */
interface Frontend extends Chooser {
  readonly balancer: Balancer;
  readonly address: Address;
  readonly isPublic: boolean;
  readonly rules: readonly Rule[];
  /** Public addresses that are chained to gateway load balancers. */
  readonly chains: Programmed['chains'];
  /** Where its multiplexers are. */
  readonly own: () => Pick<Location, 'physical' | 'mac'>;
  /** Where a member's address of a family is. */
  readonly locate: (nic: string, family: Family) => Located | undefined;
}

/** One device for each frontend, since a frontend has a location of its own in the underlay. */
export function buildLoadBalancer(balancer: Balancer, programmed: Programmed): readonly Built[] {
  const { fabric } = programmed;
  return [...balancer.frontends].map(([name, { subnet, address }]) => {
    const id = `${balancer.name}/${name}`;
    const frontend: Frontend = {
      balancer,
      node: balancer.name,
      isAlone: balancer.frontends.size === 1,
      name,
      address,
      isPublic: subnet === undefined,
      rules: balancer.rules.filter((rule) => rule.frontend === name),
      zone: `${id}/flows`,
      table: 'load-balancer',
      sku: balancer.sku,
      health: healthOf(programmed),
      seed: seedOf(id, programmed),
      chains: programmed.chains,
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
        isAlone: balancer.frontends.size === 1,
        part: name,
        kind: 'load-balancer',
        where: `frontend ${formatAddress(address)}`,
        receive: (port, packet, io) => receive(frontend, port, packet, io),
      },
      links: { fabric: fabric.link, ...chainLinks(programmed) },
    };
  });
}

/**
 * To a public frontend packets come as they are, to an internal one by the fabric. A chained one passes on what it would
 * balance, and balances what has passed the appliances.
 */
function receive(frontend: Frontend, port: string, arrived: Packet, io: Io): Action {
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
  const chained = port === CHAIN_PORT.Internal ? undefined : toChain(frontend, packet, io);
  if (chained) return chained;
  const lent = isPublic ? toBorrower(lentPorts(address), own(), locate, packet, io) : undefined;
  return lent ?? balance(frontend, packet, io);
}

/** What the frontend takes, by a rule or as the answer to what a member began, goes through its chain if it has one. */
function toChain(frontend: Frontend, packet: Packet, io: Io): Action | undefined {
  const { address, chains } = frontend;
  if (chains.find(address) === undefined) return undefined;
  const flow = flowOf(packet);
  const isLent = io.sessions.find(lentPorts(address), flow, 'reply') !== undefined;
  const rule = isLent ? undefined : ruleFor(frontend, flow, io);
  if (!isLent && !rule) return undefined;
  return throughChain(chains, 'External', flow.dst, packet, io, rule && { rule: rule.name, text: rule.text });
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
  const answer = (one: string): Flow => answerOf(frontend, rule, one, flow, io);
  const member = memberFor(frontend, rule, flow, answer, io);
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

/** What the member will answer: from its own address and port where the rule translates what is for the frontend. */
function answerOf(frontend: Frontend, rule: Rule, member: string, flow: Flow, io: Io): Flow {
  const isTranslated = !rule.enableFloatingIP && io.ask.within(flow.dst, single(frontend.address), rule.at);
  const own = isTranslated ? frontend.locate(member, familyOf(frontend.address))?.address : undefined;
  const dst = own === undefined ? flow.dst : constant(own);
  const dport = isTranslated && rule.backendPort !== undefined ? constant(rule.backendPort) : flow.dport;
  return reverse({ ...flow, dst, dport });
}
