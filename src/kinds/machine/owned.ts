/** The addresses by which a machine is known: those of its NICs, and those that its kernel was given. */
import { LOOPBACK } from '../../value/address.ts';
import { contains, hostPrefix, prefixOf } from '../../value/prefix.ts';
import { below } from '../../walk/cite.ts';
import { INTERNET } from '../../mechanism/internet.ts';
import type { OwnedAddress } from '../kind.ts';
import type { MachineConfig, MachineNic } from './build.ts';
import { isUnplugged } from './public.ts';

const LOOPBACKS = [prefixOf(LOOPBACK[4], 8), hostPrefix(LOOPBACK[6])];

/** Those of NICs first, by which a machine is known. What a kernel has on a NIC in Azure or on a site counts only if the NIC states it. */
export function ownedAddresses({ name, nics, linux }: MachineConfig): readonly OwnedAddress[] {
  const stated = nics.flatMap((nic) =>
    nic.addresses.map((address, i) => ({
      address,
      network: networkOf(nic),
      port: nic.port,
      at: below(nic.at, isUnplugged(nic) ? 'publicIPAddress' : 'privateIPAddress', i),
    })),
  );
  const kept = [...(linux.addresses ?? [])].flatMap(([port, addresses]) => {
    const nic = nics.find((one) => one.port === port);
    if (nic && nic.segment === undefined && nic.bridge === undefined) return [];
    const network = nic ? networkOf(nic) : `machine ${name}`;
    return addresses
      .filter(({ address }) => !LOOPBACKS.some((range) => contains(range, address)))
      .map(({ address, network: { length }, at = linux.at }) => ({ address, length, network, port, at }));
  });
  const isOnNic = ({ port }: OwnedAddress): boolean => nics.some((nic) => nic.port === port);
  const once = kept.filter(notAgain(stated));
  return [...stated, ...once.filter(isOnNic), ...once.filter((one) => !isOnNic(one))];
}

/** A kernel takes an address again with another length or on another interface; the same thing twice it refuses. */
function notAgain(stated: readonly OwnedAddress[]): (one: Kept) => boolean {
  const ofNics = new Set(stated.map(({ address, port }) => `${port} ${address}`));
  const seen = new Map<string, Kept>();
  return (one) => {
    const key = `${one.network} ${one.address}`;
    const earlier = seen.get(key);
    if (earlier) return earlier.port === one.port && earlier.length === one.length;
    seen.set(key, one);
    return !ofNics.has(`${one.port} ${one.address}`);
  };
}

interface Kept extends OwnedAddress {
  readonly length: number;
}

function networkOf({ subnet, site, segment, bridge }: MachineNic): string {
  if (bridge !== undefined) return `bridge ${bridge}`;
  if (segment !== undefined) return `segment ${segment}`;
  if (site !== undefined) return `site ${site}`;
  return subnet === undefined ? INTERNET : `VNet ${subnet.split('/')[0]}`;
}
