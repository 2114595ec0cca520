/** The source address that an IPv6 packet gets when nothing else says one: RFC 6724 section 5, ipv6_dev_get_saddr. */
import { familyOf, parseAddress, type Address } from '../../value/address.ts';
import { contains, prefixOf, type Prefix } from '../../value/prefix.ts';
import { PrefixTable } from '../prefix-table.ts';
import type { InterfaceAddress } from './interface.ts';

const prefix = (text: string, length: number): Prefix => prefixOf(parseAddress(text)!, length);

/** The kernel's labels (net/ipv6/addrlabel.c): addresses of one kind have one. */
const LABELS = new PrefixTable<number>([
  [prefix('::', 0), 1],
  [prefix('::1', 128), 0],
  [prefix('::', 96), 3],
  [prefix('::ffff:0:0', 96), 4],
  [prefix('fc00::', 7), 5],
  [prefix('2001::', 32), 6],
  [prefix('2001:10::', 28), 7],
  [prefix('2002::', 16), 2],
]);

const LINK_LOCAL = [prefix('fe80::', 10), prefix('::1', 128)];
const SITE_LOCAL = prefix('fec0::', 10);

/** How far an address is good, in the numbers of RFC 4291 section 2.7. */
const scopeOf = (address: Address): number =>
  LINK_LOCAL.some((range) => contains(range, address)) ? 2 : contains(SITE_LOCAL, address) ? 5 : 14;

/** What an address is good for as ipv6_addr_scope tells it; undefined is everywhere. */
export type Reach = 'host' | 'link' | 'site' | undefined;

const REACHES = new PrefixTable<Exclude<Reach, undefined>>([
  [prefix('::1', 128), 'host'],
  [prefix('fe80::', 10), 'link'],
  [prefix('fec0::', 10), 'site'],
]);
const OF_GROUPS: Readonly<Record<number, Reach>> = { 1: 'host', 2: 'link', 5: 'site' };
const GROUPS = prefix('ff00::', 8);

export const reachOf = (address: Address): Reach =>
  contains(GROUPS, address) ? OF_GROUPS[Number((BigInt(address) >> 112n) & 15n)] : REACHES.find(address);

/** The best of all interfaces' addresses for a packet to `target`; `dev` is the interface whose own are preferred. */
export function ipv6Source(
  interfaces: ReadonlyMap<string, readonly InterfaceAddress[]>,
  dev: string | undefined,
  target: Address,
): Address | undefined {
  let best: { readonly address: Address; readonly score: readonly number[] } | undefined;
  const inOrder = [...interfaces].toSorted(([a], [b]) => Number(b === 'lo') - Number(a === 'lo'));
  for (const [port, own] of inOrder) {
    for (const one of own) {
      if (familyOf(one.address) === 4) continue;
      const score = scored(one, port === dev || dev === undefined, target);
      if (!best || isBetter(score, best.score)) best = { address: one.address, score };
    }
  }
  return best?.address;
}

/** By rules 1, 2, 5, 6 and 8, the larger the better. */
function scored(
  { address, network }: InterfaceAddress,
  isOwn: true | false,
  target: Address,
): readonly number[] {
  const scope = scopeOf(address);
  return [
    Number(address === target),
    scope >= scopeOf(target) ? -scope : scope - 128,
    Number(isOwn),
    Number(LABELS.find(address) === LABELS.find(target)),
    Math.min(commonBits(address, target), network.length),
  ];
}

function isBetter(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && a[at]! > b[at]!;
}

/** Leading bits that two IPv6 addresses share. */
const commonBits = (a: Address, b: Address): number => {
  const differing = BigInt(a) ^ BigInt(b);
  return differing === 0n ? 128 : 128 - differing.toString(2).length;
};
