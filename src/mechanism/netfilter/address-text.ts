/** Addresses, masks and address ranges as iptables takes them. */
import {
  BITS,
  WHOLE,
  familyOf,
  formatAddress,
  parseAddress,
  type Address,
  type Family,
  type Value,
} from '../../value/address.ts';
import { range, single, type IntegerSet } from '../../value/integer-set.ts';
import { prefixOf } from '../../value/prefix.ts';

/** (address & mask) must be in the set; without a mask the whole address counts. */
export interface AddressSet {
  readonly set: IntegerSet;
  readonly mask?: Value;
}

/** `10.1.2.3`, `10/8`, `10.0.0.0/255.0.0.0`, `2001:db8::/32`, a mask with holes; host bits are cleared. */
export function parseMasked(text: string, family: Family): AddressSet | undefined {
  const slash = text.indexOf('/');
  const address = parseOwn(slash < 0 ? text : text.slice(0, slash), family);
  if (address === undefined) return undefined;
  if (slash < 0) return { set: single(address) };
  const tail = text.slice(slash + 1);
  if (/^\d{1,3}$/.test(tail))
    return Number(tail) <= BITS[family] ? prefixSet(address, Number(tail)) : undefined;
  const mask = parseAddress(tail);
  if (mask === undefined || familyOf(mask) !== family) return undefined;
  const length = lengthOf(mask, family);
  if (length !== undefined) return prefixSet(address, length);
  const value = typeof address === 'number' ? (address & (mask as number)) >>> 0 : address & (mask as bigint);
  return { set: single(value), mask };
}

/** As iptables-save prints it: host with its length, a mask with holes as an address. */
export function spellMasked({ set, mask }: AddressSet, family: Family): string {
  const first = formatAddress(set[0]!);
  if (mask !== undefined) return `${first}/${formatAddress(mask)}`;
  const size = BigInt(set[1]!) - BigInt(set[0]!) + 1n;
  return `${first}/${BITS[family] + 1 - size.toString(2).length}`;
}

/** An address of the family; `10.1` is 10.1.0.0, as `iptables` fills up. */
function parseOwn(text: string, family: Family): Address | undefined {
  const isShort = family === 4 && /^\d{1,3}(\.\d{1,3}){0,2}$/.test(text);
  const address = parseAddress(isShort ? `${text}${'.0'.repeat(4 - text.split('.').length)}` : text);
  return address !== undefined && familyOf(address) === family ? address : undefined;
}

const prefixSet = (address: Address, length: number): AddressSet => {
  const { first, last } = prefixOf(address, length);
  return { set: range(first, last) };
};

/** How many leading ones a mask has; undefined for a mask with holes. */
function lengthOf(mask: Address, family: Family): number | undefined {
  const ones = BigInt(mask) - BigInt(WHOLE[family][0]);
  const holes = (1n << BigInt(BITS[family])) - 1n - ones;
  if ((holes & (holes + 1n)) !== 0n) return undefined;
  return BITS[family] - (holes === 0n ? 0 : holes.toString(2).length);
}

/** `10.0.0.1-10.0.0.9`, or one address. */
export function parseAddressRange(
  text: string,
  family: Family,
): { readonly first: Address; readonly last: Address } | undefined {
  const [low, high = low, ...rest] = text.split('-');
  const first = parseOwn(low!, family);
  const last = parseOwn(high!, family);
  return rest.length > 0 || first === undefined || last === undefined || first > last
    ? undefined
    : { first, last };
}
