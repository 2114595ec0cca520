/** Backend pools: members by their NICs, or by addresses that NICs may have. */
import { formatAddress, type Address } from '../../value/address.ts';
import { contains } from '../../value/prefix.ts';
import { below, type Cite } from '../../walk/cite.ts';
import { once, type Reading } from '../kind.ts';
import { readAddresses } from '../written.ts';
import type { Config } from './config.ts';

export interface Pool {
  readonly name: string;
  /** NICs, as `nva1/eth0`, and addresses that none has; complete when all is declared. */
  readonly members: () => readonly string[];
  /** Members are given by address, not by NIC. */
  readonly isByAddress: boolean;
  readonly at: Cite;
}

/** Reads a pool; a member that stands twice is reported. */
export function declarePool(
  name: string,
  config: Config['backendPools'][string],
  at: Cite,
  reading: Reading,
): Pool {
  if (!('virtualNetwork' in config)) {
    for (const [i, nic] of config.entries()) reading.refer('nic', nic, below(at, i));
    checkOnce(name, config, at, reading);
    return { name, members: () => [...new Set(config)], isByAddress: false, at };
  }
  const { virtualNetwork: vnet } = config;
  const place = below(at, 'addresses');
  reading.refer('vnet', vnet, below(at, 'virtualNetwork'));
  checkOnce(name, config.addresses, place, reading);
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
  const members = once(() => addresses.map(({ value }) => ownerOf(value, vnet, reading)));
  return { name, members, isByAddress: true, at };
}

const ownerOf = (address: Address, vnet: string, { declared }: Reading): string =>
  [...declared.nics.values()].find(
    (nic) => nic.subnet.split('/')[0] === vnet && nic.addresses.includes(address),
  )?.id ?? formatAddress(address);

function checkOnce(name: string, members: readonly string[], at: Cite, reading: Reading): void {
  const seen = new Set<string>();
  for (const [i, member] of members.entries()) {
    if (seen.has(member))
      reading.report(
        'name-duplicate',
        below(at, i),
        `${member} stands twice in pool ${name}`,
        'remove one of them',
      );
    seen.add(member);
  }
}
