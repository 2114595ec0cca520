/** What Azure refuses of a load balancer. */
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import type { Rule } from './balance.ts';
import type { Config, RuleConfig } from './config.ts';
import type { Frontend } from './frontend.ts';
import { isByAddress, nicsOf, type Pool } from './pool.ts';

const vnetOf = (subnet: string | undefined): string | undefined => subnet?.split('/')[0];

/** Frontends and backends of one load balancer are in one VNet; a public frontend is in none. */
export function checkVnets(
  config: Config,
  frontends: readonly Frontend[],
  pools: readonly Pool[],
  at: Cite,
  reading: Reading,
): void {
  const [first, ...others] = frontends.filter((one) => one.subnet !== undefined);
  for (const one of others) {
    if (vnetOf(one.subnet) !== vnetOf(first!.subnet))
      reading.report(
        'value-invalid',
        below(at, 'frontends', one.name, 'subnet'),
        `frontend ${one.name} is in ${vnetOf(one.subnet)}, frontend ${first!.name} in ${vnetOf(first!.subnet)}: the frontends of a load balancer are in one VNet`,
      );
  }
  const isMixed = first !== undefined && frontends.some((one) => one.subnet === undefined);
  if (isMixed)
    reading.report(
      'value-invalid',
      { key: below(at, 'frontends', first.name) },
      `frontend ${first.name} is internal and others are public: a load balancer is one or the other`,
      'make two load balancers of it',
    );
  reading.later(() => checkMembers(config, pools, vnetOf(first?.subnet), at, reading));
}

/** All members are in the VNet of the frontend, or behind a public one in that of the first. */
function checkMembers(
  config: Config,
  pools: readonly Pool[],
  frontend: string | undefined,
  at: Cite,
  reading: Reading,
): void {
  const vnet = (nic: string): string | undefined => vnetOf(reading.declared.nics.get(nic)?.subnet);
  const members = pools.flatMap((pool) => pool.members());
  const first = members.find((nic) => vnet(nic) !== undefined);
  const home = frontend ?? (first === undefined ? undefined : vnet(first));
  for (const [name, pool] of Object.entries(config.backendPools)) {
    if (isByAddress(pool)) {
      const named = reading.declared.vnets.get(pool.virtualNetwork)?.name;
      checkHome(named, `pool ${name}`, below(at, 'backendPools', name, 'virtualNetwork'));
      continue;
    }
    for (const nic of nicsOf(pool, below(at, 'backendPools', name)) ?? [])
      checkHome(vnet(nic.value), nic.value, nic.at);
  }
  function checkHome(there: string | undefined, what: string, place: Cite): void {
    if (there === undefined || home === undefined || there === home) return;
    reading.report(
      'value-invalid',
      place,
      frontend === undefined
        ? `${what} is in ${there}, ${first} in ${home}: the backends of a load balancer are in one VNet`
        : `${what} is in ${there}, the frontend in ${home}: frontend and backends must be in one VNet`,
    );
  }
}

/** HA-ports rules have no ports, the others have one. */
export function checkPorts(name: string, config: RuleConfig, at: Cite, reading: Reading): void {
  const isHa = config.protocol === 'All';
  for (const key of ['frontendPort', 'backendPort'] as const) {
    const port = config[key];
    if (isHa && port !== undefined && port !== 0)
      reading.report(
        'value-invalid',
        below(at, key),
        `a rule with protocol All is an HA-ports rule: ${key} is 0 or absent`,
        'leave it out, or set protocol: Tcp or Udp',
      );
    if (!isHa && port === 0)
      reading.report(
        'value-invalid',
        below(at, key),
        `${key} of rule ${name} is 0, which only a rule with protocol All can have`,
        'write a port from 1 to 65535',
      );
  }
  if (!isHa && config.frontendPort === undefined)
    reading.report(
      'key-missing',
      { key: at },
      `rule ${name} with protocol ${config.protocol} has no frontendPort`,
      'add frontendPort: 443',
    );
}

/**
 * A frontend's port belongs to one rule, a pool's port to one rule without floating IP, and HA-ports rules do not mix with
 * others on a pool: Microsoft, "Multiple frontends" and "High availability ports overview".
 */
export function checkDistinct(name: string, rules: readonly Rule[], reading: Reading): void {
  // The first rule of a pool with HA ports, and the first without.
  const pools = new Map<string, Rule>();
  for (const one of rules) {
    const claim = { code: 'value-invalid', owner: `rule ${one.name}`, at: one.at } as const;
    const front = `${name}/${one.frontend} ${one.protocol}/${one.frontendPort ?? '*'}`;
    const isTaken = reading.isClaimed('frontend', front);
    reading.claim({ ...claim, what: 'frontend', value: front });
    if (!isTaken && !one.enableFloatingIP)
      reading.claim({
        ...claim,
        what: 'backend',
        value: `${name}/${[one.pool, one.slot].filter((part) => part !== undefined).join('/')} ${one.protocol}/${one.backendPort ?? '*'}`,
        suggestion: 'set enableFloatingIP: true, or another backendPort',
      });
    const isHa = one.protocol === 'All';
    const other = pools.get(`${one.pool} ${!isHa}`);
    if (!pools.has(`${one.pool} ${isHa}`)) pools.set(`${one.pool} ${isHa}`, one);
    if (other)
      reading.report(
        'value-invalid',
        { key: one.at },
        `rules ${other.name} and ${one.name} of ${name} mix HA ports and single ports on pool ${one.pool}`,
        'give one of them a pool of its own',
      );
  }
}
