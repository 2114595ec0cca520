/** Ranges in an expectation, of ports and of addresses, as the single values that are walked for them. */
import { printable } from '../../source/printable.ts';
import { familyOf, formatAddress, offsetBy, parseAddress, type Address } from '../../value/address.ts';
import { formatPrefix, parsePrefix } from '../../value/prefix.ts';
import type { Topology } from '../../topology/topology.ts';
import { UsageError } from '../usage.ts';
import type { Network } from './network.ts';

export interface Span {
  readonly values: readonly string[];
  /** Some values stand for all. */
  readonly isSample: boolean;
}

/** Ranges up to this size are walked value by value. */
const MOST_EACH = 256;

/** `tcp/8000-8010`; undefined of what is no range. */
export function portsOf(proto: string | number, { mentioned }: Network): Span | undefined {
  const [, name, low, high] = /^([a-z]\w*|\d{1,3})\/(\d{1,5})-(\d{1,5})$/i.exec(String(proto)) ?? [];
  if (name === undefined) return undefined;
  const [first, last] = [Number(low), Number(high)];
  if (first > last || last > 65_535)
    throw new UsageError(
      `--proto: "${printable(String(proto))}" is no range of ports`,
      'write the lower one first, such as tcp/8000-8010',
    );
  const isSample = last - first >= MOST_EACH;
  const ports = isSample
    ? ascending([first, last, ...mentioned().ports.filter((port) => port > first && port < last)])
    : Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return { values: ports.map((port) => `${name}/${port}`), isSample };
}

/** What may be at an address beside the machines: nothing, hosts of sites and of the Internet, anything. */
export interface Ends {
  readonly option: 'src' | 'dst';
  /** Any address: the packet is injected somewhere. */
  readonly isAny: boolean;
}

/**
 * `10.0.0.0/16`, `10.0.0.4-10.0.0.9`; undefined of what is neither. Its addresses are those that something can have: the
 * machines in it, and where hosts are presumed, each, or in a large range its ends and those that the topology mentions.
 */
export function addressesOf(
  text: string,
  { option, isAny }: Ends,
  { topology, mentioned }: Network,
): Span | undefined {
  const span = spanOf(option, text);
  if (!span) return undefined;
  const isWithin = (address: Address): boolean => isIn(address, span);
  const owned = ownedIn(topology, option).filter(isWithin);
  const isPresumed = (address: Address): boolean => isAny || isPresumable(address, topology);
  const isSmall = BigInt(span.last) - BigInt(span.first) < MOST_EACH;
  const tried = isSmall
    ? Array.from({ length: Number(BigInt(span.last) - BigInt(span.first)) + 1 }, (_, i) =>
        offsetBy(span.first, i),
      )
    : [span.first, span.last, ...mentioned().addresses.filter(isWithin)];
  const presumed = tried.filter((address) => !owned.includes(address) && isPresumed(address));
  const values = ascending([...owned, ...presumed]).map(formatAddress);
  if (values.length === 0)
    throw new UsageError(
      `${option}: nothing in the topology can have an address of ${text}`,
      'name a range that has machines, or one on a site or on the Internet',
    );
  return { values, isSample: !isSmall && presumed.length > 0 };
}

interface Addresses {
  readonly first: Address;
  readonly last: Address;
}

const isIn = (address: Address, { first, last }: Addresses): boolean => address >= first && address <= last;

function spanOf(option: string, text: string): Addresses | undefined {
  const [from, to, ...rest] = text.split('-').map((part) => parseAddress(part.trim()));
  if (from !== undefined && to !== undefined && rest.length === 0) {
    if (from <= to && familyOf(from) === familyOf(to)) return { first: from, last: to };
    throw new UsageError(`${option}: ${text} is no range of addresses`, 'write the lower address first');
  }
  if (!text.includes('/')) return undefined;
  const parsed = parsePrefix(text);
  if (!('problem' in parsed)) return hostsOf(parsed);
  if (parsed.problem === 'syntax') return undefined;
  throw new UsageError(
    `${option}: ${text} has host bits set`,
    `write ${formatPrefix(parsed.prefix)}, or the address alone`,
  );
}

/** Without the addresses of the network itself and of its broadcast, of IPv4 prefixes that have them. */
const hostsOf = ({ first, last }: Addresses): Addresses =>
  typeof first === 'number' && typeof last === 'number' && last - first > 2
    ? { first: first + 1, last: last - 1 }
    : { first, last };

const ascending = <T extends Address>(values: readonly T[]): readonly T[] =>
  [...new Set(values)].toSorted((a, b) => (a < b ? -1 : 1));

/** Addresses of machines; as destinations those of load balancers and public ones too. */
function ownedIn({ declared }: Topology, option: Ends['option']): readonly Address[] {
  const machines = [...declared.nodes.values()].flatMap(({ addresses }) =>
    addresses.map((one) => one.address),
  );
  if (option === 'src') return machines;
  const { serviceAddresses, publicServices, gateways } = declared;
  const frontends = [...serviceAddresses.filter(({ node }) => !gateways.has(node)), ...publicServices];
  return [...machines, ...frontends.map(({ address }) => address)];
}

const isPresumable = (address: Address, topology: Topology): boolean =>
  [...topology.declared.sites.values()].some(({ prefixes }) =>
    prefixes.some((prefix) => isIn(address, hostsOf(prefix))),
  ) || topology.presumed(address) !== undefined;
