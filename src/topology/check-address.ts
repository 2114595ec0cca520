/** Whether an address may be that of something in a subnet. */
import type { Reading } from '../kinds/kind.ts';
import { formatAddress, offsetBy, type Address } from '../value/address.ts';
import { contains, formatPrefix, type Prefix } from '../value/prefix.ts';
import type { Cite } from '../walk/cite.ts';

/** Microsoft, "Virtual Network FAQ": x.x.x.0 to x.x.x.3 and the last of every subnet. */
const isReserved = ({ first, last }: Prefix, address: Address): boolean =>
  address < offsetBy(first, 4) || address === last;

/** Reports an address outside of its subnet, one that Azure keeps, and tenants of a GatewaySubnet; for when all is declared. */
export function checkAddress(
  address: Address,
  subnet: string,
  owner: string,
  at: Cite,
  reading: Reading,
): void {
  const prefixes = reading.declared.subnets.get(subnet)?.addressPrefixes ?? [];
  const range = prefixes.find((one) => contains(one, address));
  const text = `${formatAddress(address)} of ${owner}`;
  if (!range && prefixes.length > 0)
    reading.report(
      'address-outside-subnet',
      at,
      `${text} is not inside subnet ${subnet} (${prefixes.map(formatPrefix).join(', ')})`,
    );
  if (range && isReserved(range, address))
    reading.report(
      'address-reserved',
      at,
      `${text} is reserved in subnet ${subnet} (${formatPrefix(range)}): Azure keeps the first four addresses and the last`,
      `the first free one is ${formatAddress(offsetBy(range.first, 4))} or later`,
    );
  if (subnet.endsWith('/GatewaySubnet') && !reading.declared.gateways.has(owner))
    reading.report('value-invalid', at, `${text} cannot be in ${subnet}: only a gateway lives there`);
}
