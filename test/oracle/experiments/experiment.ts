/** The form of a named experiment: a machine and a transcript of what goes in and what comes of it. */
import type { Machine } from '../machine.ts';

export interface Experiment {
  /** Its number in the list that the behaviours were first seen with, and what it shows. */
  readonly name: string;
  readonly machine: Machine;
  /** Lines `> ` arrive; the lines `< ` behind each are all that comes of it, in any order. */
  readonly transcript: string;
}

interface Differences extends Partial<Omit<Machine, 'iptables'>> {
  /** Rules by table, as `iptables -A` takes them, or `:CHAIN POLICY`. */
  readonly rules4?: Readonly<Record<string, readonly string[]>>;
}

export const ADDRESSES = {
  eth0: ['10.1.0.1/24'],
  eth1: ['10.2.0.1/24'],
  eth2: ['10.4.0.1/24'],
  lo: ['127.0.0.1/8'],
};
const CONNECTED = [
  '10.1.0.0/24 dev eth0 scope link',
  '10.2.0.0/24 dev eth1 scope link',
  '10.4.0.0/24 dev eth2 scope link',
];

/** An appliance between clients in 10.1.0.0/24 and servers in 10.2.0.0/24, and what it has besides. */
export function appliance({ rules4 = {}, sysctl, routes, ...rest }: Differences = {}): Machine {
  const tables = Object.entries(rules4);
  return {
    interfaces: ['eth0', 'eth1', 'eth2'],
    addresses: ADDRESSES,
    routes: [...CONNECTED, ...(routes ?? [])],
    rules: [],
    rules6: [],
    sysctl: { 'net.ipv4.ip_forward': 1, ...sysctl },
    iptables: tables.flatMap(([table, lines]) => [
      `*${table}`,
      ...lines.map((line) => (line.startsWith(':') ? line : `-A ${line}`)),
      'COMMIT',
    ]),
    ip6tables: [],
    ...rest,
  };
}
