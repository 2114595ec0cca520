/** What makes one Linux machine differ from another. */
import type { IntegerSet } from '../../value/integer-set.ts';
import type { Term } from '../../value/term.ts';
import type { Known } from '../../walk/device.ts';
import type { Table } from '../../walk/ask.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Netfilter } from '../netfilter/netfilter.ts';
import type { Tunnels } from '../tunnel/tunnels.ts';
import type { InterfaceAddress, LinkState } from './interface.ts';
import type { Routing } from './routing.ts';
import type { Sysctl } from './sysctl.ts';
import type { VlanDevice } from './vlan-device.ts';

export interface LinuxMachine {
  readonly node: string;
  readonly kind: string;
  readonly where: string | undefined;
  readonly place?: string | undefined;
  /** Addresses by interface, each in the kernel's order. */
  readonly interfaces: ReadonlyMap<string, readonly InterfaceAddress[]>;
  readonly links: ReadonlyMap<string, LinkState>;
  /** MAC addresses of the interfaces that have one. */
  readonly macs: ReadonlyMap<string, Term>;
  /** Neighbours that are stated, by interface. */
  readonly neighbours: ReadonlyMap<string, Table<Known>>;
  readonly routing: Routing;
  readonly sysctl: Sysctl;
  readonly netfilter: Netfilter;
  /** Ports that something listens on by IP protocol; undefined when the topology does not say. */
  readonly listeners: ReadonlyMap<number, IntegerSet> | undefined;
  readonly tunnels: Tunnels;
  readonly vlans: readonly VlanDevice[];
  readonly at: Cite;
}
