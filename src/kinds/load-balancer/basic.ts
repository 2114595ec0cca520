/** What the Basic SKU lacks; Microsoft, "Azure Load Balancer SKUs". */
import { formatAddress, type Address } from '../../value/address.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import type { Config } from './config.ts';
import type { Frontend } from './frontend.ts';
import { isByAddress, type Pool } from './pool.ts';

/** Reports each feature of the load balancer that only the Standard SKU has. */
export function checkBasic(name: string, config: Config, at: Cite, reading: Reading): void {
  const refuse = (what: string, ...keys: readonly string[]): void =>
    reading.report(
      'value-invalid',
      below(at, ...keys),
      `${name} has sku Basic, which has no ${what}`,
      'set sku: Standard',
    );
  for (const [key, one] of Object.entries(config.rules))
    if (one.protocol === 'All') refuse('HA-ports rules', 'rules', key, 'protocol');
  for (const section of ['rules', 'inboundNatRules'] as const)
    for (const [key, one] of Object.entries(config[section]))
      if (one.enableTcpReset) refuse('TCP reset', section, key, 'enableTcpReset');
  for (const [key, one] of Object.entries(config.probes))
    if (one.protocol === 'Https') refuse('HTTPS probes', 'probes', key, 'protocol');
  for (const key of Object.keys(config.outboundRules)) refuse('outbound rules', 'outboundRules', key);
  for (const [key, pool] of Object.entries(config.backendPools))
    if (isByAddress(pool)) refuse('pools by address', 'backendPools', key);
  for (const [key, one] of Object.entries(config.frontends))
    if (one.privateLinkService !== undefined) refuse('Private Link', 'frontends', key, 'privateLinkService');
  for (const [key, one] of Object.entries(config.frontends))
    if (one.gatewayLoadBalancer !== undefined)
      refuse('chain to a gateway load balancer', 'frontends', key, 'gatewayLoadBalancer');
  if (config.tier === 'Global') refuse('Global tier', 'tier');
}

/** What is around a Basic load balancer and does not go with it: a NAT gateway, a user route across a global peering. */
export function checkAroundBasic(
  name: string,
  frontends: readonly Frontend[],
  pools: readonly Pool[],
  reading: Reading,
): void {
  const { nics, subnets } = reading.declared;
  const occupied = new Set([
    ...frontends.flatMap((one) => one.subnet ?? []),
    ...pools.flatMap((pool) => pool.members().flatMap((nic) => nics.get(nic)?.subnet ?? [])),
  ]);
  for (const id of occupied) {
    const subnet = subnets.get(id);
    if (subnet?.natGateway !== undefined)
      reading.report(
        'value-invalid',
        below(subnet.at, 'natGateway'),
        `${id} has NAT gateway ${subnet.natGateway} and is a subnet of ${name}, which has sku Basic and goes with no NAT gateway`,
        'set sku: Standard',
      );
  }
  for (const { address, subnet } of frontends)
    if (subnet !== undefined) checkReach(name, address, subnet.split('/')[0]!, reading);
}

/** A user route cannot name a Basic frontend of a VNet in another region. */
function checkReach(name: string, address: Address, home: string, reading: Reading): void {
  const { subnets, vnets, routeTables } = reading.declared;
  const here = vnets.get(home);
  const reported = new Set<Cite>();
  for (const subnet of subnets.values()) {
    const there = vnets.get(subnet.vnet);
    const isGlobal =
      here?.peerings.has(subnet.vnet) === true &&
      here.location !== undefined &&
      there?.location !== undefined &&
      here.location !== there.location;
    if (!isGlobal) continue;
    for (const route of routeTables.get(subnet.routeTable ?? '')?.routes ?? []) {
      if (route.nextHopAddress !== address || reported.has(route.at)) continue;
      reported.add(route.at);
      reading.report(
        'value-invalid',
        route.at,
        `route ${route.name} of ${subnet.id} leads to ${formatAddress(address)} of ${name}, which has sku Basic and is out of reach across the global peering with ${home}`,
        'set sku: Standard',
      );
    }
  }
}
