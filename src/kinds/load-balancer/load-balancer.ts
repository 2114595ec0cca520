/** Azure Load Balancer: how it is written in a topology. */
import * as v from 'valibot';
import type { Address } from '../../value/address.ts';
import { single } from '../../value/integer-set.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Kind, Probe, Reading } from '../kind.ts';
import { address, flag, integer, reference } from '../schema.ts';
import { buildLoadBalancer, PROTOCOL, type Balancer, type Rule } from './balance.ts';

const frontend = v.pipe(
  v.strictObject({
    subnet: reference('The subnet of an internal frontend.', 'vnet-hub/snet-nva'),
    privateIPAddress: address('The frontend’s address in that subnet.'),
  }),
  v.description('A frontend IP configuration.'),
);

const probe = v.pipe(
  v.strictObject({
    protocol: v.picklist(['Tcp', 'Http', 'Https']),
    port: integer('Port that is probed on every member.', 1, 65_535),
    requestPath: v.optional(
      v.pipe(v.string(), v.description('Of an HTTP or HTTPS probe; its answer is taken to be 200.')),
    ),
  }),
  v.description('A health probe.'),
);

const rule = v.pipe(
  v.strictObject({
    frontend: reference('Name of the frontend.', 'fip'),
    backendPool: reference('Name of the backend pool.', 'nvas'),
    protocol: v.pipe(
      v.picklist(['Tcp', 'Udp', 'All']),
      v.description('All, with ports 0, is an HA-ports rule.'),
    ),
    frontendPort: v.optional(integer('0 with protocol All.', 0, 65_535)),
    backendPort: v.optional(integer('Default: the frontend’s port.', 0, 65_535)),
    probe: v.optional(reference('Name of the probe; without one every member counts as healthy.', 'ssh')),
    loadDistribution: v.optional(
      v.pipe(
        v.picklist(['Default', 'SourceIP', 'SourceIPProtocol']),
        v.description('What is hashed: five-tuple, two addresses, or addresses and protocol.'),
      ),
      'Default',
    ),
    enableFloatingIP: v.optional(flag('The backend sees the frontend’s address. Default false.'), false),
    enableTcpReset: v.optional(flag('RST to both ends at idle timeout. Default false.'), false),
    idleTimeoutInMinutes: v.optional(integer('4 to 30. Default 4.', 4, 30), 4),
  }),
  v.description('A load balancing rule.'),
);

const schema = v.strictObject({
  sku: v.optional(v.picklist(['Standard', 'Basic']), 'Standard'),
  frontends: v.record(v.string(), frontend),
  backendPools: v.record(
    v.string(),
    v.pipe(v.array(v.string()), v.description('NICs of machines: nva1/eth0.')),
  ),
  probes: v.optional(v.record(v.string(), probe), {}),
  rules: v.optional(v.record(v.string(), rule), {}),
});

type Config = v.InferOutput<typeof schema>;
type RuleConfig = v.InferOutput<typeof rule>;

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
    checkPools(config, at, reading);
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

/** Frontend and backends of one load balancer are in one VNet. */
function checkPools(config: Config, at: Cite, reading: Reading): void {
  for (const [pool, members] of Object.entries(config.backendPools)) {
    for (const [i, member] of members.entries()) {
      const place = below(at, 'backendPools', pool, i);
      if (members.indexOf(member) !== i)
        reading.report('name-duplicate', place, `${member} stands twice in pool ${pool}`);
      reading.refer('nic', member, place);
      reading.later(() => {
        const vnetOf = (subnet: string | undefined): string | undefined => subnet?.split('/')[0];
        const inside = vnetOf(reading.declared.nics.get(member)?.subnet);
        const apart = Object.values(config.frontends).find(
          (one) => inside !== undefined && vnetOf(one.subnet) !== inside,
        );
        if (apart)
          reading.report(
            'value-invalid',
            place,
            `${member} is in ${inside}, the frontend in ${vnetOf(apart.subnet)}: frontend and backends must be in one VNet`,
          );
      });
    }
  }
}

function declareRule(
  name: string,
  config: RuleConfig,
  owner: Config,
  at: Cite,
  reading: Reading,
): Rule | undefined {
  for (const [key, section] of [
    ['frontend', 'frontends'],
    ['backendPool', 'backendPools'],
    ['probe', 'probes'],
  ] as const) {
    const target = config[key];
    if (target !== undefined && !Object.hasOwn(owner[section], target))
      reading.referIn(Object.keys(owner[section]), key, target, below(at, key));
  }
  const isHa = config.protocol === 'All';
  if (isHa && (config.frontendPort ?? 0) !== 0)
    reading.report(
      'value-invalid',
      below(at, 'frontendPort'),
      'a rule with protocol All is an HA-ports rule: frontendPort is 0 or absent',
    );
  if (!isHa && (config.frontendPort ?? 0) === 0)
    reading.report('key-missing', at, `rule ${name} with protocol ${config.protocol} has no frontendPort`);
  const pool = owner.backendPools[config.backendPool];
  if (!pool || !Object.hasOwn(owner.frontends, config.frontend)) return undefined;
  const probe: Probe | undefined = config.probe === undefined ? undefined : owner.probes[config.probe];
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

/** What the Basic SKU lacks, as far as it can be written here. */
function checkBasic(name: string, config: Config, at: Cite, reading: Reading): void {
  for (const [key, one] of Object.entries(config.rules)) {
    const refuse = (what: string, field: string): void =>
      reading.report(
        'value-invalid',
        below(at, 'rules', key, field),
        `${name} has sku Basic, which has no ${what}`,
        'set sku: Standard',
      );
    if (one.protocol === 'All') refuse('HA-ports rules', 'protocol');
    if (one.enableTcpReset) refuse('TCP reset', 'enableTcpReset');
  }
  for (const [key, one] of Object.entries(config.probes)) {
    if (one.protocol === 'Https')
      reading.report(
        'value-invalid',
        below(at, 'probes', key, 'protocol'),
        `${name} has sku Basic, which has no HTTPS probes`,
        'set sku: Standard',
      );
  }
}

/** A frontend, protocol and port belong to one rule, and HA-ports rules do not mix with others on a pool. */
function checkDistinct(name: string, rules: readonly Rule[], reading: Reading): void {
  for (const [i, one] of rules.entries()) {
    for (const other of rules.slice(0, i)) {
      const isSamePool = one.pool === other.pool;
      if (
        one.frontend === other.frontend &&
        one.protocol === other.protocol &&
        one.frontendPort === other.frontendPort
      ) {
        reading.report(
          'value-invalid',
          one.at,
          `rules ${other.name} and ${one.name} of ${name} have the same frontend, protocol and port`,
        );
      } else if (isSamePool && (one.protocol === 'All') !== (other.protocol === 'All')) {
        reading.report(
          'value-invalid',
          one.at,
          `rules ${other.name} and ${one.name} of ${name} mix HA ports and single ports on pool ${one.pool}`,
        );
      }
    }
  }
}

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
