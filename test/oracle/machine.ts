/** The machine under test as both sides are told of it: text that Linux's own tools take. */

export interface Machine {
  readonly interfaces: readonly string[];
  /** Addresses with their prefix lengths by interface, `lo` among them, in the order in which `ip addr` prints them. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  /** Lines of `ip route`: all routes that the machine has besides those of the local table. */
  readonly routes: readonly string[];
  /** Lines of `ip rule`, without the three that every machine has. */
  readonly rules: readonly string[];
  /** Lines of `ip -6 rule`, likewise. */
  readonly rules6: readonly string[];
  readonly sysctl: Readonly<Record<string, number>>;
  /** Lines of `iptables-save`. */
  readonly iptables: readonly string[];
  readonly ip6tables: readonly string[];
}

/** Every interface is attached to an open segment of its own, where whatever is not modelled is presumed to exist. */
const segmentOf = (port: string): string => `lan${port.replace(/\D+/, '')}`;

/** As QUIET says: with redirects the kernel looks at more sources of packets that leave by the interface they came by. */
const withoutRedirects = ({ interfaces }: Machine): Readonly<Record<string, number>> =>
  Object.fromEntries(['all', ...interfaces].map((port) => [`net.ipv4.conf.${port}.send_redirects`, 0]));

/** The machine as the topology file that nettrace reads. Nothing listens on it, as in the namespace. */
export function topologyOf(machine: Machine): object {
  const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
  const stated = <Name extends string>(
    name: Name,
    lines: readonly string[],
  ): Partial<Record<Name, string>> =>
    lines.length === 0 ? {} : ({ [name]: text(lines) } as Record<Name, string>);
  return {
    segments: Object.fromEntries(machine.interfaces.map((port) => [segmentOf(port), { open: true }])),
    machines: {
      dut: {
        nics: Object.fromEntries(machine.interfaces.map((port) => [port, { segment: segmentOf(port) }])),
        listeners: [],
        linux: {
          addresses: machine.addresses,
          routes: text(machine.routes),
          ...stated('rules', machine.rules),
          ...stated('rules6', machine.rules6),
          sysctl: { ...withoutRedirects(machine), ...machine.sysctl },
          ...stated('iptables', machine.iptables),
          ...stated('ip6tables', machine.ip6tables),
        },
      },
    },
  };
}

/** One step of setting a machine up: a command with what it reads, or settings as paths below /proc/sys. */
export type Step =
  | { readonly command: readonly string[]; readonly input: string }
  | { readonly settings: readonly (readonly [path: string, value: number])[] };

/** What the kernel does of its own accord and would disturb: neighbour discovery, redirects, limits on what it answers. */
export const QUIET: readonly (readonly [path: string, value: number | string])[] = [
  ['net/ipv6/conf/default/accept_ra', 0],
  ['net/ipv6/conf/default/accept_dad', 0],
  ['net/ipv6/conf/default/addr_gen_mode', 1],
  ['net/ipv6/conf/default/router_solicitations', 0],
  ['net/ipv4/conf/all/send_redirects', 0],
  ['net/ipv4/conf/default/send_redirects', 0],
  ['net/ipv4/icmp_ratemask', 0],
  ['net/ipv6/icmp/ratelimit', 0],
];

export const MAC = '02:00:00:00:00:01';
export const PEER = '02:00:00:00:00:02';

/** Hardware addresses need no resolving on an interface without ARP, so nothing waits for a neighbour. */
const linkUp = (port: string): readonly string[] => [
  `link set ${port} address ${MAC} arp off`,
  `link set ${port} up`,
];

/** Whether a line of `ip` is about IPv6. */
const isSixth = (line: string): boolean => line.includes(':');

/** What an interface has without being told. */
const GIVEN = ['127.0.0.1/8', '::1/128'];

/** The kernel lists the latest IPv6 address first, and the earliest IPv4 address. */
function addressLines([port, all]: readonly [string, readonly string[]]): readonly string[] {
  const added = all.filter((one) => !GIVEN.includes(one));
  const ordered = [...added.filter((one) => !isSixth(one)), ...added.filter(isSixth).toReversed()];
  return ordered.map((one) => `addr add ${one} dev ${port} noprefixroute${isSixth(one) ? ' nodad' : ''}`);
}

/** A program that reads lines; without lines it need not run. */
const fed = (command: readonly string[], lines: readonly string[]): readonly Step[] =>
  lines.length === 0 ? [] : [{ command, input: lines.map((line) => `${line}\n`).join('') }];

const IP = ['ip', '-batch', '-'];
const IP6 = ['ip', '-6', '-batch', '-'];
const routeLine = (line: string): string => `route append ${line}`;
const ruleLine = (line: string): string => `rule add ${line}`;

/** How the namespace becomes the machine. */
export function stepsOf(
  machine: Machine,
  restore: { readonly 4: string; readonly 6: string },
): readonly Step[] {
  const { interfaces, addresses, routes, rules, rules6, sysctl, iptables, ip6tables } = machine;
  const links = ['link set lo up', ...interfaces.flatMap(linkUp)];
  return [
    ...fed(IP, [...links, ...Object.entries(addresses).flatMap(addressLines)]),
    { settings: Object.entries(sysctl).map(([key, value]) => [key.replaceAll('.', '/'), value] as const) },
    ...fed(IP, routes.filter((line) => !isSixth(line)).map(routeLine)),
    ...fed(IP6, routes.filter(isSixth).map(routeLine)),
    ...fed(IP, rules.map(ruleLine)),
    ...fed(IP6, rules6.map(ruleLine)),
    ...fed([restore[4], '-w'], iptables),
    ...fed([restore[6], '-w'], ip6tables),
  ];
}
