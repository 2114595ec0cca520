/** Whose address the copies of a mirror session have. */
import { familyOf, type Address, type Family } from '../../value/address.ts';
import type { Declared } from '../kind.ts';

/** The address from which a host sends copies: that of its interface on the switch, else any that it has. */
export function sourceOf(
  host: string,
  name: string,
  family: Family,
  { nodes }: Pick<Declared, 'nodes'>,
): Address | undefined {
  const own = (nodes.get(host)?.addresses ?? []).filter(({ address }) => familyOf(address) === family);
  return (own.find(({ network }) => network === `bridge ${name}/${host}`) ?? own[0])?.address;
}
