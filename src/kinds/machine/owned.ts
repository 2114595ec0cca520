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
    if (nic && nic.segment === undefined) return [];
    const network = nic ? networkOf(nic) : `machine ${name}`;
    return addresses.flatMap(({ address, at = linux.at }) =>
      nic?.addresses.includes(address) === true || LOOPBACKS.some((range) => contains(range, address))
        ? []
        : [{ address, network, port, at }],
    );
  });
  const isOnNic = ({ port }: OwnedAddress): boolean => nics.some((nic) => nic.port === port);
  return [...stated, ...kept.filter(isOnNic), ...kept.filter((one) => !isOnNic(one))];
}

function networkOf({ subnet, site, segment }: MachineNic): string {
  if (segment !== undefined) return `segment ${segment}`;
  if (site !== undefined) return `site ${site}`;
  return subnet === undefined ? INTERNET : `VNet ${subnet.split('/')[0]}`;
}
