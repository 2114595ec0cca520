/** Which member of a pool takes a flow: the one that has it, else one that is up, by a hash of the flow. */
import type { Flow } from '../../packet/flow.ts';
import type { Choice } from '../../walk/ask.ts';
import type { Io } from '../../walk/device.ts';
import type { MemberFact, RuleFact } from '../../walk/event.ts';
import { single } from '../../value/integer-set.ts';
import type { Programmed } from '../kind.ts';
import type { Rule } from './balance.ts';
import type { Config } from './config.ts';

/** What each distribution hashes; Microsoft, "Azure Load Balancer distribution modes". */
const HASHED: Readonly<Record<Rule['loadDistribution'], readonly (keyof Flow)[]>> = {
  Default: ['src', 'sport', 'dst', 'dport', 'proto'],
  SourceIP: ['src', 'dst'],
  SourceIPProtocol: ['src', 'dst', 'proto'],
};

/** The members of a rule's pool, and the names of those that are up. */
export interface Health {
  readonly members: readonly MemberFact[];
  readonly up: readonly string[];
}

/** A frontend that chooses. */
export interface Chooser {
  /** The load balancer. */
  readonly node: string;
  readonly name: string;
  /** The load balancer has no other frontend. */
  readonly isAlone: boolean;
  /** Its flow table, which its multiplexers share. */
  readonly zone: string;
  readonly sku: Config['sku'];
  /** As traces call the table. */
  readonly table: 'load-balancer' | 'gateway-load-balancer';
  /** Of its hash: its place among all frontends, since Azure promises one member for both directions at one frontend only. */
  readonly seed: number;
  readonly health: (rule: Rule) => Health;
}

/** Each frontend's place among all, for their hashes. */
export function seedOf(id: string, { declared }: Programmed): number {
  return [...declared.serviceAddresses, ...declared.publicServices]
    .filter((one) => !('node' in one) || one.id !== one.node)
    .findIndex((one) => one.id === id);
}

/** Members with their health; without a probe every member counts as healthy. */
export function healthOf(programmed: Programmed): Chooser['health'] {
  const known = new Map<Rule, Health>();
  return (rule) => {
    const health = known.get(rule) ?? probe(rule, programmed);
    known.set(rule, health);
    return health;
  };
}

function probe(rule: Rule, programmed: Programmed): Health {
  const probeNic = (nic: string): MemberFact => {
    if (!programmed.declared.nics.has(nic)) return { name: nic, up: false, why: 'neighbour-missing' };
    return rule.probe ? programmed.probe(nic, rule.probe) : { name: nic, up: true };
  };
  const members = rule.members().map((name): MemberFact => {
    const nics = new Set([name, ...rule.tunnels.map((tunnel) => onNodeOf(name, tunnel))]);
    const facts = [...nics].map(probeNic);
    return { ...(facts.find((one) => !one.up) ?? facts[0]!), name };
  });
  return { members, up: members.filter((one) => one.up).map((one) => one.name) };
}

const nodeOf = (nic: string): string | undefined => nic.split('/')[0];

/** The NIC by which the machine of this member has its end of a tunnel; the member itself where no other is stated. */
export const onNodeOf = (member: string, tunnel: Pick<Rule, 'members'>): string =>
  tunnel.members().find((nic) => nodeOf(nic) === nodeOf(member)) ?? member;

/** The member for a flow; `answer` is what a new one's flow is answered by. Undefined when none is up. */
export const memberFor = (
  chooser: Chooser,
  rule: Rule,
  flow: Flow,
  answer: (member: string) => Flow,
  io: Io,
): string | undefined => pinned(chooser, rule, flow, io) ?? pick(chooser, rule, flow, answer, io);

const factOf = ({ name, text, at }: Rule): RuleFact => ({ rule: name, text, at });

/** An established flow stays with its member, even when the member's probe fails meanwhile, as far as Azure lets it. */
function pinned(chooser: Chooser, rule: Rule, flow: Flow, io: Io): string | undefined {
  const session = io.sessions.find(chooser.zone, flow)?.session;
  if (session?.pin === undefined || !isKept(session.pin, chooser, rule, flow, io)) return undefined;
  const { original, reply, pin } = session;
  io.note({ type: 'session', did: 'matched', table: chooser.table, original, reply, pin });
  const { members } = chooser.health(rule);
  io.note({
    type: 'chose',
    frontend: chooser.name,
    rule: factOf(rule),
    pool: rule.pool,
    members,
    hash: [],
    picked: pin,
    how: 'session',
  });
  return pin;
}

const TCP = single(6);

/**
 * Microsoft, "Azure Load Balancer health probes", Probe down behavior: when a member's probe fails its TCP flows go on and
 * others move; when all fail, TCP flows go on in the Standard SKU if the pool has more than one member, and end in the Basic
 * SKU.
 */
function isKept(member: string, { sku, health }: Chooser, rule: Rule, flow: Flow, io: Io): boolean {
  const { members, up } = health(rule);
  if (up.includes(member)) return true;
  if (!io.ask.within(flow.proto, TCP, undefined)) return false;
  return up.length > 0 || (sku !== 'Basic' && members.length > 1);
}

function pick(
  chooser: Chooser,
  rule: Rule,
  flow: Flow,
  answer: (member: string) => Flow,
  io: Io,
): string | undefined {
  const { node, name: frontend, seed, table, zone } = chooser;
  const { members, up } = chooser.health(rule);
  const hash = HASHED[rule.loadDistribution];
  const event = { type: 'chose', frontend, rule: factOf(rule), pool: rule.pool, members, hash } as const;
  if (up.length === 0) {
    io.note({ ...event, picked: '', how: 'only' });
    return undefined;
  }
  if (rule.probe && rule.probe.protocol !== 'Tcp')
    io.note({ type: 'assumed', code: 'probe-answer', about: node });
  const over = hash.map((field) => flow[field]);
  const choice: Choice<string> = {
    node: chooser.isAlone ? node : `${node}/${frontend}`,
    whole: node,
    options: up,
    name: (nic) => nic,
    over,
    seed,
  };
  const { option, how, passedOver } = io.ask.choose(choice);
  if (passedOver !== undefined)
    io.note({ type: 'assumed', code: 'pick-unavailable', about: `${node}=${passedOver}` });
  if (how === 'hash') io.note({ type: 'assumed', code: 'balancer-hash', about: node });
  io.note({ ...event, picked: option, how });
  const session = { original: flow, reply: answer(option), pin: option };
  io.sessions.stage(zone, session, io.sessions.find(zone, flow)?.session);
  io.note({ type: 'session', did: 'opened', table, ...session });
  return option;
}
