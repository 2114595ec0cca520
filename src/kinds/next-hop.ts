/** Whether a next hop can be asked for on a network. */
import { parseAddress, type Address } from '../value/address.ts';
import { contains, prefixOf, type Prefix } from '../value/prefix.ts';

/** fe80::/10 is on every link. */
const LINK_LOCAL = prefixOf(parseAddress('fe80::')!, 10);

export const isNear = (nextHop: Address, networks: readonly Prefix[]): boolean =>
  contains(LINK_LOCAL, nextHop) || networks.some((range) => contains(range, nextHop));
