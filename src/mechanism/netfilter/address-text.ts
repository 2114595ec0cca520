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
import { parseNumber } from './numbers.ts';

/** (address & mask) must be in the set; without a mask the whole address counts. */
export interface AddressSet {
  readonly set: IntegerSet;
  readonly mask?: Value;
}

/** `10.1.2.3`, `10/8`, `10.0.0.0/255.0.0.0`, `2001:db8::/32`, a mask with holes; host bits are cleared. */
export function parseMasked(text: string, family: Family): AddressSet | undefined {
  const slash = text.indexOf('/');
  const address = parseShort(slash < 0 ? text : text.slice(0, slash), family);
  if (address === undefined) return undefined;
  if (slash < 0) return { set: single(address) };
  const tail = text.slice(slash + 1);
  const length = parseNumber(tail, BITS[family]);
  if (length !== undefined) return prefixSet(address, length);
  const mask = parseAddress(tail);
  if (mask === undefined || familyOf(mask) !== family) return undefined;
  const ones = lengthOfMask(mask, family);
  if (ones !== undefined) return prefixSet(address, ones);
  const value = typeof address === 'number' ? (address & (mask as number)) >>> 0 : address & (mask as bigint);
  return { set: single(value), mask };
}

/** As iptables-save prints it: host with its length, a mask with holes as an address. */
export function spellMasked(masked: AddressSet, family: Family): string {
  const { set, mask } = masked;
  return `${formatIp(set[0]!)}/${mask === undefined ? lengthOf(masked, family) : formatIp(mask)}`;
}

/** How many leading bits its addresses share; of a set without a mask of its own. */
export function lengthOf({ set }: AddressSet, family: Family): number {
  const size = BigInt(set[1]!) - BigInt(set[0]!) + 1n;
  return BITS[family] + 1 - size.toString(2).length;
}

/** As inet_ntop(3) prints it: RFC 5952, but the last 32 bits of an otherwise empty IPv6 address are dotted. */
export function formatIp(address: Address): string {
  const text = formatAddress(address);
  const [, high, low] = /^::([\da-f]{1,4}):([\da-f]{1,4})$/.exec(text) ?? [];
  if (high === undefined) return text;
  return `::${formatAddress(Number.parseInt(high, 16) * 65_536 + Number.parseInt(low!, 16))}`;
}

/** An address of the family; `10.1` is 10.1.0.0, as `iptables` fills up. */
function parseShort(text: string, family: Family): Address | undefined {
  const isShort = family === 4 && /^\d{1,3}(\.\d{1,3}){0,2}$/.test(text);
  return parseOwn(isShort ? `${text}${'.0'.repeat(4 - text.split('.').length)}` : text, family);
}

function parseOwn(text: string, family: Family): Address | undefined {
  const address = text.includes('%') ? undefined : parseAddress(text);
  return address !== undefined && familyOf(address) === family ? address : undefined;
}

const prefixSet = (address: Address, length: number): AddressSet => {
  const { first, last } = prefixOf(address, length);
  return { set: range(first, last) };
};

/** How many leading ones a mask has; undefined for a mask with holes. */
function lengthOfMask(mask: Address, family: Family): number | undefined {
  const ones = BigInt(mask) - BigInt(WHOLE[family][0]);
  const holes = (1n << BigInt(BITS[family])) - 1n - ones;
  if ((holes & (holes + 1n)) !== 0n) return undefined;
  return BITS[family] - (holes === 0n ? 0 : holes.toString(2).length);
}

/** `10.0.0.1-10.0.0.9`, or one address. A range that descends is one that the kernel takes. */
export function parseAddressRange(
  text: string,
  family: Family,
): { readonly first: Address; readonly last: Address } | undefined {
  const [low, high = low, ...rest] = text.split('-');
  const first = parseOwn(low!, family);
  const last = parseOwn(high!, family);
  return rest.length > 0 || first === undefined || last === undefined ? undefined : { first, last };
}
