/** Public addresses, each of which one thing has. */
import { familyOf, formatAddress, type Address, type Family } from '../value/address.ts';
import { has } from '../value/integer-set.ts';
import { PUBLIC_SPACE } from '../mechanism/address-space.ts';
import type { Located } from '../mechanism/public-address.ts';
import { below, type Cite } from '../walk/cite.ts';
import type { Programmed, Reading } from './kind.ts';

/** Reads the `publicIPAddress` of something; 0.0.0.0 stands for one that cannot be read, which is reported. */
export const publicAddressOf = (text: string, owner: string, at: Cite, reading: Reading): Address =>
  claimPublic(text, owner, below(at, 'publicIPAddress'), reading) ?? 0;

/** Reads one public address at its place; undefined when it cannot be read. */
function claimPublic(text: string, owner: string, at: Cite, reading: Reading): Address | undefined {
  const address = reading.address(text, at);
  if (address === undefined) return undefined;
  const value = formatAddress(address);
  reading.claim({ code: 'address-duplicate', what: 'public address', value, owner, at });
  return address;
}

/** The same for what Azure or the Internet has to route: one that is not private. */
export function claimRouted(text: string, owner: string, at: Cite, reading: Reading): Address | undefined {
  const address = claimPublic(text, owner, at, reading);
  if (address === undefined || has(PUBLIC_SPACE, address)) return address;
  reading.report(
    'value-invalid',
    at,
    `${formatAddress(address)} of ${owner} is no public address: the Internet has no route to it`,
    'write one such as 20.50.0.10',
  );
  return undefined;
}

/** Where the first address of a family of a NIC lives, for what multiplexers send there. */
export function memberAt(nic: string, family: Family, { declared, fabric }: Programmed): Located | undefined {
  const { addresses, subnet } = declared.nics.get(nic) ?? {};
  const address = addresses?.find((one) => familyOf(one) === family);
  if (address === undefined || subnet === undefined) return undefined;
  const location = fabric.locations(subnet.split('/')[0]!).find(address);
  return location && { address, location };
}
