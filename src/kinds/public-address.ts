/** Public addresses, each of which one thing has. */
import { familyOf, formatAddress, type Address, type Family } from '../value/address.ts';
import type { Located } from '../mechanism/public-address.ts';
import { below, type Cite } from '../walk/cite.ts';
import type { Programmed, Reading } from './kind.ts';

/** Reads the `publicIPAddress` of something; 0.0.0.0 stands for one that cannot be read, which is reported. */
export const publicAddressOf = (text: string, owner: string, at: Cite, reading: Reading): Address =>
  claimPublic(text, owner, below(at, 'publicIPAddress'), reading) ?? 0;

/** Reads one public address at its place; undefined when it cannot be read. */
export function claimPublic(text: string, owner: string, at: Cite, reading: Reading): Address | undefined {
  const address = reading.address(text, at);
  if (address === undefined) return undefined;
  const value = formatAddress(address);
  reading.claim({ code: 'address-duplicate', what: 'public address', value, owner, at });
  return address;
}

/** Where the first address of a family of a NIC lives, for what multiplexers send there. */
export function memberAt(nic: string, family: Family, { declared, fabric }: Programmed): Located | undefined {
  const { addresses, subnet } = declared.nics.get(nic) ?? {};
  const address = addresses?.find((one) => familyOf(one) === family);
  if (address === undefined || subnet === undefined) return undefined;
  const location = fabric.locations(subnet.split('/')[0]!).find(address);
  return location && { address, location };
}
