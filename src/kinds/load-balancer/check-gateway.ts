/** What goes with the Gateway SKU and what does not; Microsoft, "Gateway Load Balancer". */
import { VXLAN_PORT } from '../../packet/vxlan.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import type { Rule } from './balance.ts';
import type { Config } from './config.ts';
import type { Pool, TunnelInterface } from './pool.ts';

/** Reports what a gateway load balancer cannot have or lacks, and what others have that only it can. */
export function checkGateway(
  name: string,
  config: Config,
  pools: readonly Pool[],
  rules: readonly Rule[],
  at: Cite,
  reading: Reading,
): void {
  if (config.sku === 'Gateway') {
    checkShape(name, config, at, reading);
    for (const pool of pools) checkPort(pool.tunnels, reading);
    for (const rule of rules) checkTunnels(rule, reading);
    return;
  }
  for (const [key, pool] of Object.entries(config.backendPools))
    if (!Array.isArray(pool) && pool.tunnelInterfaces !== undefined)
      reading.report(
        'value-invalid',
        { key: below(at, 'backendPools', key, 'tunnelInterfaces') },
        `${name} has sku ${config.sku}, whose pools have no tunnel interfaces`,
        'set sku: Gateway, or leave them out',
      );
}

function checkShape(name: string, config: Config, at: Cite, reading: Reading): void {
  const refuse = (what: string, instead: string, ...keys: readonly string[]): void =>
    reading.report(
      'value-invalid',
      { key: below(at, ...keys) },
      `${name} has sku Gateway, which has no ${what}`,
      instead,
    );
  for (const [key, one] of Object.entries(config.frontends))
    if (one.publicIPAddress !== undefined)
      refuse('public frontends', 'state subnet and privateIPAddress', 'frontends', key, 'publicIPAddress');
  for (const [key, one] of Object.entries(config.rules)) {
    if (one.protocol !== 'All')
      refuse('rules but for all ports', 'set protocol: All', 'rules', key, 'protocol');
    if (one.enableFloatingIP) refuse('floating IP', 'leave it out', 'rules', key, 'enableFloatingIP');
  }
  for (const section of ['inboundNatRules', 'outboundRules'] as const)
    for (const key of Object.keys(config[section])) {
      const what = section === 'outboundRules' ? 'outbound rules' : 'inbound NAT rules';
      refuse(what, 'leave it out', section, key);
    }
  for (const [key, pool] of Object.entries(config.backendPools))
    if (Array.isArray(pool) || pool.tunnelInterfaces === undefined)
      reading.report(
        'key-missing',
        { key: below(at, 'backendPools', key) },
        `pool ${key} of ${name}, which has sku Gateway, has no tunnelInterfaces`,
        'state members and tunnelInterfaces',
      );
  if (config.tier === 'Global') refuse('Global tier', 'set tier: Regional', 'tier');
}

/** Azure's own VXLAN has the port that is assigned to it. */
function checkPort(tunnels: readonly TunnelInterface[], reading: Reading): void {
  for (const { port, at } of tunnels)
    if (port === VXLAN_PORT)
      reading.report(
        'value-invalid',
        below(at, 'port'),
        `port ${VXLAN_PORT} is that of VXLAN itself, which a tunnel interface cannot have`,
        'write another, such as 10800',
      );
}

/** One tunnel a side, each with a port and an identifier of its own. */
function checkTunnels(rule: Rule, reading: Reading): void {
  const { tunnels } = rule;
  for (const [i, tunnel] of tunnels.entries()) {
    for (const key of ['type', 'identifier', 'port'] as const)
      if (tunnels.slice(0, i).some((one) => one[key] === tunnel[key]))
        reading.report(
          'value-invalid',
          below(tunnel.at, key),
          `the tunnel interfaces of rule ${rule.name} both have ${key} ${tunnel[key]}`,
          `give each ${key === 'port' ? 'a port' : `a${key === 'type' ? '' : 'n'} ${key}`} of its own`,
        );
  }
  for (const type of ['Internal', 'External'] as const)
    if (tunnels.length > 0 && !tunnels.some((one) => one.type === type))
      reading.report(
        'key-missing',
        { key: rule.at },
        `rule ${rule.name} has no tunnel interface of type ${type}`,
        'add one to tunnelInterfaces of its pool',
      );
  checkPartners(rule, reading);
}

/** Where each tunnel has a pool, a machine is in both. */
function checkPartners({ name, tunnels }: Rule, reading: Reading): void {
  const nodesOf = ({ members }: Rule['tunnels'][number]): ReadonlySet<string | undefined> =>
    new Set(members().map((nic) => nic.split('/')[0]));
  reading.later(() => {
    for (const tunnel of tunnels)
      for (const other of tunnels)
        for (const node of nodesOf(tunnel))
          if (!nodesOf(other).has(node))
            reading.report(
              'value-invalid',
              { key: other.at },
              `${node} has the ${tunnel.type} tunnel of rule ${name} and not the ${other.type} one`,
              'put a NIC of it into that pool too',
            );
  });
}
