/** Backend pools: members by their NICs, or by addresses that NICs may have. */
import { formatAddress, type Address } from '../../value/address.ts';
import { contains } from '../../value/prefix.ts';
import { below, type Cite } from '../../walk/cite.ts';
import { once, type Reading } from '../kind.ts';
import { readAddresses, type Written } from '../written.ts';
import type { Config } from './config.ts';

/** A tunnel of a gateway load balancer, as its appliances have its other end. */
export interface TunnelInterface {
  /** Towards the clients, or towards the application. */
  readonly type: 'Internal' | 'External';
  /** The VXLAN network identifier, 24 bits. */
  readonly identifier: number;
  /** UDP. */
  readonly port: number;
  readonly at: Cite;
}

export interface Pool {
  readonly name: string;
  /** NICs, as `nva1/eth0`, and addresses that none has; complete when all is declared. */
  readonly members: () => readonly string[];
  /** Members are given by address, not by NIC. */
  readonly isByAddress: boolean;
  readonly tunnels: readonly TunnelInterface[];
  readonly at: Cite;
}

type PoolConfig = Config['backendPools'][string];

/** The NICs that a pool names, and where; undefined of one by address. */
export function nicsOf(config: PoolConfig, at: Cite): Written<string>[] | undefined {
  if (!Array.isArray(config) && config.members === undefined) return undefined;
  const [nics, place] = Array.isArray(config) ? [config, at] : [config.members!, below(at, 'members')];
  return nics.map((value, i) => ({ value, at: below(place, i) }));
}

/** Reads a pool; a member that stands twice is reported. */
export function declarePool(name: string, config: PoolConfig, at: Cite, reading: Reading): Pool {
  const tunnels = Array.isArray(config)
    ? []
    : (config.tunnelInterfaces ?? []).map((one, i) => ({ ...one, at: below(at, 'tunnelInterfaces', i) }));
  const nics = nicsOf(config, at);
  if (nics) {
    for (const one of nics) reading.refer('nic', one.value, one.at);
    checkOnce(name, nics, reading);
    return {
      name,
      members: () => [...new Set(nics.map((one) => one.value))],
      isByAddress: false,
      tunnels,
      at,
    };
  }
  return { ...declareAddresses(name, config, at, reading), name, isByAddress: true, tunnels, at };
}

function declareAddresses(
  name: string,
  config: PoolConfig,
  at: Cite,
  reading: Reading,
): Pick<Pool, 'members'> {
  if (!isByAddress(config)) {
    reading.report(
      'key-missing',
      { key: at },
      `pool ${name} has no members`,
      'add members, or virtualNetwork and addresses',
    );
    return { members: () => [] };
  }
  const { virtualNetwork: vnet } = config;
  const place = below(at, 'addresses');
  reading.refer('vnet', vnet, below(at, 'virtualNetwork'));
  checkOnce(
    name,
    config.addresses.map((value, i) => ({ value, at: below(place, i) })),
    reading,
  );
  const addresses = readAddresses(config.addresses, place, reading);
  reading.later(() => {
    const space = reading.declared.vnets.get(vnet)?.addressPrefixes ?? [];
    for (const { value, at: where } of addresses)
      if (space.length > 0 && !space.some((range) => contains(range, value)))
        reading.report(
          'address-outside-subnet',
          where,
          `${formatAddress(value)} of pool ${name} is not inside ${vnet}`,
        );
  });
  return { members: once(() => addresses.map(({ value }) => ownerOf(value, vnet, reading))) };
}

interface AddressPool {
  readonly virtualNetwork: string;
  readonly addresses: readonly string[];
}

/** Whether a pool states a VNet and addresses in it. */
export const isByAddress = (config: PoolConfig): config is PoolConfig & AddressPool =>
  !Array.isArray(config) && config.virtualNetwork !== undefined && config.addresses !== undefined;

const ownerOf = (address: Address, vnet: string, { declared }: Reading): string =>
  [...declared.nics.values()].find(
    (nic) => nic.subnet.split('/')[0] === vnet && nic.addresses.includes(address),
  )?.id ?? formatAddress(address);

function checkOnce(name: string, members: readonly Written<string>[], reading: Reading): void {
  const seen = new Set<string>();
  for (const { value, at } of members) {
    if (seen.has(value))
      reading.report('name-duplicate', at, `${value} stands twice in pool ${name}`, 'remove one of them');
    seen.add(value);
  }
}
