/** One address has one owner in a VNet, on a site or on a segment. */
import type { Reading } from '../kinds/kind.ts';
import { formatAddress, type Address } from '../value/address.ts';
import type { Cite } from '../walk/cite.ts';

export function checkOwners(reading: Reading): void {
  const { nodes, serviceAddresses } = reading.declared;
  const claim = (within: string, address: Address, owner: string, at: Cite): void =>
    reading.claim({
      code: 'address-duplicate',
      what: 'address',
      value: formatAddress(address),
      within,
      owner,
      at,
    });
  for (const [name, node] of nodes)
    for (const one of node.addresses) claim(one.network, one.address, `${name}/${one.port}`, one.at);
  for (const one of serviceAddresses) claim(`VNet ${one.subnet.split('/')[0]}`, one.address, one.id, one.at);
}
