/** Azure Load Balancer: how it is written in a topology. */
import { below } from '../../walk/cite.ts';
import type { Kind, Reading } from '../kind.ts';
import { checkAroundBasic, checkBasic } from './basic.ts';
import { buildLoadBalancer, type Balancer, type Rule } from './balance.ts';
import { checkDistinct, checkVnets } from './check.ts';
import { buildGateway } from './gateway.ts';
import { checkGateway } from './check-gateway.ts';
import { schema, type Config } from './config.ts';
import { declareFrontend, type Frontend } from './frontend.ts';
import { declareOutboundRule, grantByRule } from './outbound.ts';
import { declarePool, type Pool } from './pool.ts';
import { announce, declareInboundNat, declareRule, type Parts } from './rules.ts';

export const loadBalancer: Kind<Config> = {
  kind: 'load-balancer',
  section: 'loadBalancers',
  summary: 'Load balancers, internal and public: frontends, backend pools, probes and rules.',
  schema,
  declare(name, config, at, reading) {
    const owner = { name, sku: config.sku };
    const frontends = new Map<string, Frontend>();
    for (const [key, one] of Object.entries(config.frontends)) {
      const frontend = declareFrontend(owner, key, one, below(at, 'frontends', key), reading);
      if (frontend) frontends.set(key, frontend);
    }
    const pools = new Map<string, Pool>();
    for (const [key, one] of Object.entries(config.backendPools))
      pools.set(key, declarePool(key, one, below(at, 'backendPools', key), reading));
    const parts: Parts = { config, frontends, pools, at, reading };
    checkVnets(config, [...frontends.values()], [...pools.values()], at, reading);
    const rules = declareRules(parts);
    if (config.sku === 'Basic') checkBasic(name, config, at, reading);
    checkGateway(name, config, [...pools.values()], rules, at, reading);
    checkDistinct(name, rules, reading);
    declareOutbound(name, parts);
    const isGlobal = config.tier === 'Global';
    const balancer: Balancer = { ...owner, frontends, rules, isGlobal, at };
    reading.balancer(balancer);
    reading.node(name, {
      at,
      addresses: [],
      get members() {
        return membersOf(rules, pools);
      },
      ports: [],
      innerPorts: [...frontends.keys()],
      build: (programmed) =>
        config.sku === 'Gateway'
          ? buildGateway(balancer, programmed)
          : buildLoadBalancer(balancer, programmed),
    });
    reading.later(() => {
      if (config.sku === 'Gateway') return;
      for (const one of rules)
        announce(name, one, frontends.get(one.frontend)!, config.sku === 'Standard', reading);
      if (config.sku === 'Basic')
        checkAroundBasic(name, [...frontends.values()], [...pools.values()], reading);
    });
  },
};

const membersOf = (rules: readonly Rule[], pools: ReadonlyMap<string, Pool>): readonly string[] => [
  ...new Set([...pools.values(), ...rules].flatMap((one) => one.members())),
];

function declareRules(parts: Parts): readonly Rule[] {
  const { config, at } = parts;
  return [
    ...Object.entries(config.rules).flatMap(
      ([key, one]) => declareRule(key, one, below(at, 'rules', key), parts) ?? [],
    ),
    ...Object.entries(config.inboundNatRules).flatMap(([key, one]) =>
      declareInboundNat(key, one, below(at, 'inboundNatRules', key), parts),
    ),
  ];
}

/** Who may send by the load balancer, and who loses default outbound access by being its member. */
function declareOutbound(name: string, parts: Parts): void {
  const { config, at, pools, reading } = parts;
  for (const [key, one] of Object.entries(config.outboundRules))
    declareOutboundRule(name, key, one, below(at, 'outboundRules', key), parts);
  reading.later(() => {
    for (const [key, one] of Object.entries(config.rules))
      grantByRule(name, key, one, below(at, 'rules', key), parts);
    for (const pool of pools.values()) joinPool(name, pool, config, reading);
  });
}

function joinPool(owner: string, pool: Pool, { sku }: Config, reading: Reading): void {
  const losesDefault = sku === 'Standard' && !pool.isByAddress;
  for (const nic of pool.members())
    reading.membership({ nic, pool: `${owner}/${pool.name}`, losesDefault, at: pool.at });
}
