/** What Azure refuses of a load balancer. */
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import type { Rule } from './balance.ts';
import type { Config, RuleConfig } from './config.ts';

const vnetOf = (subnet: string | undefined): string | undefined => subnet?.split('/')[0];

/** Frontends and backends of one load balancer are in one VNet. */
export function checkVnets(config: Config, at: Cite, reading: Reading): void {
  const frontends = Object.entries(config.frontends);
  for (const [name, one] of frontends) {
    if (vnetOf(one.subnet) !== vnetOf(frontends[0]![1].subnet))
      reading.report(
        'value-invalid',
        below(at, 'frontends', name, 'subnet'),
        `frontend ${name} is in ${vnetOf(one.subnet)}, frontend ${frontends[0]![0]} in ${vnetOf(frontends[0]![1].subnet)}: the frontends of a load balancer are in one VNet`,
      );
  }
  const home = vnetOf(frontends[0]?.[1].subnet);
  for (const [pool, members] of Object.entries(config.backendPools)) {
    const seen = new Set<string>();
    for (const [i, member] of members.entries()) {
      const place = below(at, 'backendPools', pool, i);
      if (seen.has(member))
        reading.report(
          'name-duplicate',
          place,
          `${member} stands twice in pool ${pool}`,
          'remove one of them',
        );
      seen.add(member);
      reading.refer('nic', member, place);
      reading.later(() => {
        const vnet = vnetOf(reading.declared.nics.get(member)?.subnet);
        if (vnet !== undefined && home !== undefined && vnet !== home)
          reading.report(
            'value-invalid',
            place,
            `${member} is in ${vnet}, the frontend in ${home}: frontend and backends must be in one VNet`,
          );
      });
    }
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

/** What the Basic SKU lacks, as far as it can be written here. */
export function checkBasic(name: string, config: Config, at: Cite, reading: Reading): void {
  const refuse = (what: string, place: Cite): void =>
    reading.report(
      'value-invalid',
      place,
      `${name} has sku Basic, which has no ${what}`,
      'set sku: Standard',
    );
  for (const [key, one] of Object.entries(config.rules)) {
    if (one.protocol === 'All') refuse('HA-ports rules', below(at, 'rules', key, 'protocol'));
    if (one.enableTcpReset) refuse('TCP reset', below(at, 'rules', key, 'enableTcpReset'));
  }
  for (const [key, one] of Object.entries(config.probes)) {
    if (one.protocol === 'Https') refuse('HTTPS probes', below(at, 'probes', key, 'protocol'));
  }
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
        value: `${name}/${one.pool} ${one.protocol}/${one.backendPort ?? '*'}`,
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
