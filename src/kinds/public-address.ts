/** Public addresses, each of which one thing has. */
import { formatAddress, type Address } from '../value/address.ts';
import { below, type Cite } from '../walk/cite.ts';
import type { Reading } from './kind.ts';

/** Reads the `publicIPAddress` of something; 0.0.0.0 stands for one that cannot be read, which is reported. */
export function publicAddressOf(text: string, owner: string, at: Cite, reading: Reading): Address {
  const place = below(at, 'publicIPAddress');
  const address = reading.address(text, place);
  if (address === undefined) return 0;
  const value = formatAddress(address);
  reading.claim({ code: 'address-duplicate', what: 'public address', value, owner, at: place });
  return address;
}
