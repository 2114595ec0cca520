/** Azure Load Balancer: how it is written in a topology. */
import type { Address } from '../../value/address.ts';
import { single } from '../../value/integer-set.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Kind, Probe, Reading } from '../kind.ts';
import { schema, type Config, type RuleConfig } from './config.ts';
import { checkBasic, checkDistinct, checkPorts, checkVnets } from './check.ts';
import { buildLoadBalancer, PROTOCOL, type Balancer, type Rule } from './balance.ts';

export const loadBalancer: Kind<Config> = {
  kind: 'load-balancer',
  section: 'loadBalancers',
  summary: 'Internal load balancers: frontends, backend pools, probes and rules.',
  schema,
  declare(name, config, at, reading) {
    const frontends = new Map<string, { readonly subnet: string; readonly address: Address }>();
    for (const [key, one] of Object.entries(config.frontends)) {
      const place = below(at, 'frontends', key);
      reading.refer('subnet', one.subnet, below(place, 'subnet'));
      const parsed = reading.address(one.privateIPAddress, below(place, 'privateIPAddress'));
      if (parsed === undefined) continue;
      frontends.set(key, { subnet: one.subnet, address: parsed });
      reading.serviceAddress({
        id: `${name}/${key}`,
        node: name,
        port: key,
        subnet: one.subnet,
        address: parsed,
        isNextHop: true,
        at: below(place, 'privateIPAddress'),
      });
    }
    checkVnets(config, at, reading);
    const rules = Object.entries(config.rules).flatMap(
      ([key, one]) => declareRule(key, one, config, below(at, 'rules', key), reading) ?? [],
    );
    if (config.sku === 'Basic') checkBasic(name, config, at, reading);
    checkDistinct(name, rules, reading);
    const balancer: Balancer = { name, frontends, rules, at };
    reading.node(name, {
      at,
      addresses: [],
      members: [...new Set(Object.values(config.backendPools).flat())],
      ports: [],
      build: (programmed) => buildLoadBalancer(balancer, programmed),
    });
    for (const one of rules) announce(one, frontends.get(one.frontend)?.address, reading);
  },
};

function declareRule(
  name: string,
  config: RuleConfig,
  owner: Config,
  at: Cite,
  reading: Reading,
): Rule | undefined {
  for (const [key, section, what] of [
    ['frontend', 'frontends', 'frontend'],
    ['backendPool', 'backendPools', 'backend pool'],
    ['probe', 'probes', 'probe'],
  ] as const) {
    const target = config[key];
    if (target !== undefined) reading.referIn(Object.keys(owner[section]), what, target, below(at, key));
  }
  checkPorts(name, config, at, reading);
  const isHa = config.protocol === 'All';
  const pool = own(owner.backendPools, config.backendPool);
  if (!pool || !Object.hasOwn(owner.frontends, config.frontend)) return undefined;
  const probe: Probe | undefined = config.probe === undefined ? undefined : own(owner.probes, config.probe);
  return {
    name,
    frontend: config.frontend,
    pool: config.backendPool,
    members: pool,
    protocol: config.protocol,
    frontendPort: isHa ? undefined : config.frontendPort,
    backendPort: isHa ? undefined : (config.backendPort ?? config.frontendPort),
    probe,
    loadDistribution: config.loadDistribution,
    enableFloatingIP: config.enableFloatingIP,
    at,
  };
}

const own = <T>(map: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;

/** Tells the hosts of a rule's members how to put their own address in place of the frontend's. */
function announce(rule: Rule, frontend: Address | undefined, reading: Reading): void {
  if (frontend === undefined) return;
  reading.balance(rule.members, {
    frontend,
    protocols: rule.protocol === 'All' ? undefined : single(PROTOCOL[rule.protocol]),
    frontendPorts: rule.frontendPort === undefined ? undefined : single(rule.frontendPort),
    backendPort: rule.backendPort,
    enableFloatingIP: rule.enableFloatingIP,
    rule: rule.name,
    at: rule.at,
  });
}
