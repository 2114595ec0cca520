/**
 * A longest-prefix table of both families.
 *
 * Prefixes nest or are apart, so they cut the number line into ranges with one longest prefix each: sorted starts,
 * and for each the entry that holds it. A lookup is a binary search, which for many IPv4 ranges begins at an index by
 * the address's leading bits. Five routes cost a few words, a million at most 29 octets each.
 */
import { familyOf, offsetBy, WHOLE, type Address, type Family } from '../value/address.ts';
import type { Prefix } from '../value/prefix.ts';
import type { Table } from '../walk/ask.ts';

/** Instead of an entry, where no prefix holds the range. */
const NONE = 0xffffffff;

/** From `starts[i]` up to the next start, entry `owners[i]` is the longest. The first start is the family’s first address. */
interface Ranges<Starts> {
  readonly starts: Starts;
  readonly owners: Uint32Array;
}

interface Indexed extends Ranges<Uint32Array> {
  /** By the leading bits of an address: the range of the first address with these bits, and one more for the end. */
  readonly index: Uint32Array;
  readonly shift: number;
}

/** Ranges below which a search of all is as fast as an index. */
const INDEXED_FROM = 64;

const INDEX_BITS = 16;

export class PrefixTable<T> implements Table<T> {
  readonly #values: readonly T[];
  /** For each entry the next one outwards, which is the same prefix again or the next shorter one that holds it. */
  readonly #outer: Uint32Array;
  readonly #v4: Indexed;
  readonly #v6: Ranges<Address[]>;

  /** Of several entries with one prefix the first is found. */
  constructor(entries: Iterable<readonly [Prefix, T]>) {
    const list = [...entries];
    const prefixes = list.map(([prefix]) => prefix);
    this.#values = list.map(([, value]) => value);
    this.#outer = new Uint32Array(list.length);
    this.#v4 = indexed(cut(prefixes, 4, new Uint32Array(2 * list.length + 1), this.#outer));
    this.#v6 = cut(prefixes, 6, [], this.#outer);
  }

  /** The value of the longest prefix that holds the address. */
  find(address: Address): T | undefined {
    const owner = this.#owner(address);
    return owner === NONE ? undefined : this.#values[owner];
  }

  /** The values of all prefixes that hold the address: longest first, those of one prefix in the order they were given. */
  covering(address: Address): T[] {
    const values: T[] = [];
    for (let owner = this.#owner(address); owner !== NONE; owner = this.#outer[owner]!)
      values.push(this.#values[owner]!);
    return values;
  }

  #owner(address: Address): number {
    return typeof address === 'number' ? ownerOf4(this.#v4, address) : ownerOf6(this.#v6, address);
  }
}

/** The range that holds an address is the one with the last start that is not above it. */
function ownerOf4({ starts, owners, index, shift }: Indexed, address: number): number {
  const bits = address >>> shift;
  let first = index[bits]!;
  let last = index[bits + 1]!;
  while (first < last) {
    const middle = (first + last + 1) >>> 1;
    if (starts[middle]! <= address) first = middle;
    else last = middle - 1;
  }
  return owners[first]!;
}

/** The same over big integers: one function for both would cost IPv4 half as much again. */
function ownerOf6({ starts, owners }: Ranges<readonly Address[]>, address: bigint): number {
  let first = 0;
  let last = starts.length - 1;
  while (first < last) {
    const middle = (first + last + 1) >>> 1;
    if (starts[middle]! <= address) first = middle;
    else last = middle - 1;
  }
  return owners[first]!;
}

/** Cuts a family into ranges; fills in what is outside each of its entries. */
function cut<Starts extends Uint32Array | Address[]>(
  prefixes: readonly Prefix[],
  family: Family,
  room: Starts,
  outer: Uint32Array,
): Ranges<Starts> {
  const order = inOrder(prefixes, family);
  const [lowest, highest] = WHOLE[family];
  const starts: Address[] | { [at: number]: Address } = room;
  const owners = new Uint32Array(2 * order.length + 1);
  let count = 0;
  const begin = (start: Address, owner: number): void => {
    if (count > 0 && starts[count - 1] === start) count--;
    if (count > 0 && owners[count - 1] === owner) return;
    starts[count] = start;
    owners[count++] = owner;
  };
  const open: number[] = [];
  const closeBefore = (address: Address): void => {
    while (open.length > 0) {
      const { last } = prefixes[open.at(-1)!]!;
      if (last >= address) return;
      open.pop();
      begin(offsetBy(last, 1), open.at(-1) ?? NONE);
    }
  };
  begin(lowest, NONE);
  for (const entry of order) {
    const { first } = prefixes[entry]!;
    closeBefore(first);
    outer[entry] = open.at(-1) ?? NONE;
    begin(first, entry);
    open.push(entry);
  }
  closeBefore(highest);
  return { starts: room.slice(0, count) as Starts, owners: owners.slice(0, count) };
}

/** Entries of a family by first address, outer prefixes before what they hold, later ones of a prefix before earlier. */
function inOrder(prefixes: readonly Prefix[], family: Family): Uint32Array {
  const own = Uint32Array.from(prefixes.keys()).filter(
    (entry) => familyOf(prefixes[entry]!.first) === family,
  );
  if (own.length < 2) return own;
  // One number for both criteria: three times as fast for a million routes as comparing prefixes.
  const keys = prefixes.map(({ first, length }) =>
    typeof first === 'number' ? first * 64 + length : first * 256n + BigInt(length),
  );
  return own.toSorted((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : b - a));
}

/** Adds the index: as many leading bits as there are ranges to tell apart, up to 16; one for a small table. */
function indexed({ starts, owners }: Ranges<Uint32Array>): Indexed {
  const bits = starts.length < INDEXED_FROM ? 1 : Math.min(INDEX_BITS, Math.ceil(Math.log2(starts.length)));
  const index = new Uint32Array(2 ** bits + 1);
  for (let i = 0, range = 0; i < index.length; i++) {
    while (range + 1 < starts.length && starts[range + 1]! <= i * 2 ** (32 - bits)) range++;
    index[i] = range;
  }
  return { starts, owners, index, shift: 32 - bits };
}
