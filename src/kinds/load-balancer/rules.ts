/** Load balancing rules and inbound NAT rules as the multiplexers are programmed with them. */
import { single } from '../../value/integer-set.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import { asList } from '../schema.ts';
import { PROTOCOL, type Rule } from './balance.ts';
import { checkPorts } from './check.ts';
import type { Config, InboundNatConfig, RuleConfig } from './config.ts';
import type { Frontend } from './frontend.ts';
import { isByAddress, nicsOf, type Pool } from './pool.ts';

/** What the rules of a load balancer refer to. */
export interface Parts {
  readonly config: Config;
  readonly frontends: ReadonlyMap<string, Frontend>;
  readonly pools: ReadonlyMap<string, Pool>;
  /** Where the load balancer stands. */
  readonly at: Cite;
  readonly reading: Reading;
}

const SECTIONS = {
  frontend: ['frontends', 'frontend'],
  backendPool: ['backendPools', 'backend pool'],
  probe: ['probes', 'probe'],
} as const;

/** Reports references of a rule to what the load balancer does not have. */
export function referInside(
  { config, reading }: Parts,
  rule: Partial<Readonly<Record<keyof typeof SECTIONS, string | undefined>>>,
  at: Cite,
): void {
  for (const key of Object.keys(SECTIONS) as (keyof typeof SECTIONS)[]) {
    const [section, what] = SECTIONS[key];
    const target = rule[key];
    if (target !== undefined) reading.referIn(Object.keys(config[section]), what, target, below(at, key));
  }
}

/** The pools of a rule, of which all but those of a gateway load balancer have one. */
function poolsOf(config: RuleConfig, at: Cite, { pools, config: all, reading }: Parts): readonly Pool[] {
  const place = below(at, 'backendPool');
  const names = asList(config.backendPool);
  for (const [i, name] of names.entries()) {
    const where = Array.isArray(config.backendPool) ? below(place, i) : place;
    reading.referIn(Object.keys(all.backendPools), 'backend pool', name, where);
  }
  const most = all.sku === 'Gateway' ? 2 : 1;
  if (names.length > most)
    reading.report(
      'value-invalid',
      place,
      `a rule of a load balancer with sku ${all.sku} has at most ${most} backend pool${most === 1 ? '' : 's'}`,
    );
  return names.flatMap((name) => pools.get(name) ?? []);
}

/** The one pool of a rule that is not of a gateway load balancer. */
export const poolOf = (config: Pick<RuleConfig, 'backendPool'>): string => asList(config.backendPool)[0]!;

export function declareRule(name: string, config: RuleConfig, at: Cite, parts: Parts): Rule | undefined {
  const { frontends, reading } = parts;
  referInside(parts, { frontend: config.frontend, probe: config.probe }, at);
  checkPorts(name, config, at, reading);
  const frontend = frontends.get(config.frontend);
  const pools = poolsOf(config, at, parts);
  const isHa = config.protocol === 'All';
  if (isHa && frontend && frontend.subnet === undefined)
    reading.report(
      'value-invalid',
      below(at, 'protocol'),
      `rule ${name} is an HA-ports rule, which a public frontend such as ${frontend.name} cannot have`,
      'set protocol: Tcp or Udp, and ports',
    );
  const [pool] = pools;
  if (!pool || !frontend) return undefined;
  const probe = config.probe === undefined ? undefined : own(parts.config.probes, config.probe);
  return {
    name,
    frontend: frontend.name,
    pool: pools.map((one) => one.name).join(', '),
    members: pool.members,
    tunnels: pools.flatMap(({ tunnels, members }) => tunnels.map((one) => ({ ...one, members }))),
    protocol: config.protocol,
    frontendPort: isHa ? undefined : config.frontendPort,
    backendPort: isHa ? undefined : (config.backendPort ?? config.frontendPort),
    probe,
    probeAt: config.probe === undefined ? undefined : below(parts.at, 'probes', config.probe),
    loadDistribution: config.loadDistribution,
    enableFloatingIP: config.enableFloatingIP,
    text: textOf(config, isHa ? 'all ports' : portsText(config, config.frontendPort, config.backendPort)),
    at,
  };
}

const portsText = (
  { protocol }: Pick<RuleConfig, 'protocol'>,
  frontend: number | undefined,
  backend: number | undefined,
): string =>
  `${protocol}/${frontend}${backend === undefined || backend === frontend ? '' : ` to ${backend}`}`;

/** The rule on a line. */
const textOf = (
  config: Pick<RuleConfig, 'enableFloatingIP' | 'idleTimeoutInMinutes' | 'enableTcpReset'>,
  ports: string,
): string => [ports, ...(config.enableFloatingIP ? ['floating IP'] : []), endingText(config)].join(', ');

/** When a silent flow is forgotten, and whether its ends are told. */
export const endingText = ({
  idleTimeoutInMinutes,
  enableTcpReset,
}: Pick<RuleConfig, 'idleTimeoutInMinutes' | 'enableTcpReset'>): string =>
  `idle timeout ${idleTimeoutInMinutes} min, ${enableTcpReset ? 'TCP reset' : 'no TCP reset'}`;

const own = <T>(map: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;

/** The rules that an inbound NAT rule is: one for its machine, or one for each member of its pool, by the range's ports. */
export function declareInboundNat(
  name: string,
  config: InboundNatConfig,
  at: Cite,
  parts: Parts,
): readonly Rule[] {
  const { frontends, pools, reading } = parts;
  referInside(parts, config, at);
  if (!isOfOneForm(name, config, at, reading)) return [];
  const frontend = frontends.get(config.frontend);
  if (!frontend) return [];
  const forPort = (port: number, pool: string, members: () => readonly string[]): Rule => ({
    name,
    frontend: frontend.name,
    pool,
    members,
    tunnels: [],
    protocol: config.protocol,
    frontendPort: port,
    backendPort: config.backendPort,
    probe: undefined,
    loadDistribution: 'Default',
    enableFloatingIP: config.enableFloatingIP,
    text: textOf(config, portsText(config, port, config.backendPort)),
    at,
  });
  const {
    backendIPConfiguration: nic,
    frontendPort,
    frontendPortRangeStart: start,
    frontendPortRangeEnd: end,
  } = config;
  if (nic !== undefined) {
    reading.refer('nic', nic, below(at, 'backendIPConfiguration'));
    return [forPort(frontendPort!, nic, () => [nic])];
  }
  const pool = pools.get(config.backendPool!);
  if (!pool) return [];
  reading.later(() => checkRange(name, pool, end! - start! + 1, below(at, 'frontendPortRangeEnd'), reading));
  return Array.from({ length: Math.min(end! - start! + 1, sizeOf(pool, parts)) }, (_, i) => ({
    ...forPort(start! + i, pool.name, () => pool.members().slice(i, i + 1)),
    slot: i,
  }));
}

function sizeOf(pool: Pool, { config }: Parts): number {
  const written = config.backendPools[pool.name]!;
  if (isByAddress(written)) return written.addresses.length;
  return nicsOf(written, pool.at)?.length ?? 0;
}

function isOfOneForm(name: string, config: InboundNatConfig, at: Cite, reading: Reading): boolean {
  const {
    frontendPort,
    backendIPConfiguration: nic,
    frontendPortRangeStart: start,
    frontendPortRangeEnd: end,
  } = config;
  const single = [frontendPort, nic];
  const ranged = [start, end, config.backendPool];
  const isSingle = single.every((one) => one !== undefined) && ranged.every((one) => one === undefined);
  const isRanged = ranged.every((one) => one !== undefined) && single.every((one) => one === undefined);
  if (!isSingle && !isRanged)
    reading.report(
      'value-invalid',
      { key: at },
      `inbound NAT rule ${name} is neither for one machine nor for a pool`,
      'state frontendPort and backendIPConfiguration, or frontendPortRangeStart, frontendPortRangeEnd and backendPool',
    );
  if (isRanged && start! > end!)
    reading.report(
      'value-invalid',
      below(at, 'frontendPortRangeEnd'),
      `the range of ${name} ends before it starts`,
    );
  return isSingle || (isRanged && start! <= end!);
}

function checkRange(name: string, pool: Pool, ports: number, at: Cite, reading: Reading): void {
  const members = pool.members().length;
  if (members > ports)
    reading.report(
      'value-invalid',
      at,
      `inbound NAT rule ${name} has ${ports} ports for the ${members} members of pool ${pool.name}`,
      'let the range have a port for each member',
    );
}

/** Tells the hosts of a rule's members how to put their own address in place of the frontend's. */
export function announce(
  owner: string,
  rule: Rule,
  frontend: Frontend,
  isStandard: boolean,
  reading: Reading,
): void {
  reading.balance(rule.members(), {
    frontend: frontend.address,
    protocols: rule.protocol === 'All' ? undefined : single(PROTOCOL[rule.protocol]),
    frontendPorts: rule.frontendPort === undefined ? undefined : single(rule.frontendPort),
    backendPort: rule.backendPort,
    enableFloatingIP: rule.enableFloatingIP,
    rule: rule.name,
    ...(frontend.subnet === undefined
      ? { layer: 'slb-nat', isClosed: isStandard, balancer: owner }
      : { layer: 'slb-vnat', isClosed: false }),
    at: rule.at,
  });
}
