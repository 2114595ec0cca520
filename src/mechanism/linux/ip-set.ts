/** Sets of addresses, networks, ports and more that `-m set` asks: ipset(8). */
import type { Address, Family } from '../../value/address.ts';
import type { Cite } from '../../walk/cite.ts';

/** One dimension of an entry. */
export type SetPart =
  | { readonly kind: 'address'; readonly first: Address; readonly last: Address }
  /** `protocol` is undefined in a bitmap:port, which takes any that has ports. ICMP has type and code as port: 256 * type + code. */
  | {
      readonly kind: 'port';
      readonly protocol: number | undefined;
      readonly first: number;
      readonly last: number;
    }
  | { readonly kind: 'mac'; readonly mac: number }
  | { readonly kind: 'mark'; readonly mark: number }
  | { readonly kind: 'interface'; readonly name: string }
  /** Of a list:set. */
  | { readonly kind: 'set'; readonly name: string };

export interface SetEntry {
  readonly parts: readonly SetPart[];
  /** The entry is an exception from a larger network. */
  readonly isExcepted: boolean;
  readonly at: Cite;
}

export interface IpSet {
  readonly name: string;
  /** `hash`, `bitmap` or `list`. */
  readonly method: string;
  /** What its dimensions hold: `ip`, `net`, `port`, `mac`, `mark`, `iface`, `set`. */
  readonly dimensions: readonly string[];
  readonly family: Family;
  /** Of `create`, such as `netmask` or `timeout`; a word without a value has ''. */
  readonly options: ReadonlyMap<string, string>;
  readonly entries: readonly SetEntry[];
  readonly at: Cite;
}

export type IpSets = ReadonlyMap<string, IpSet>;
