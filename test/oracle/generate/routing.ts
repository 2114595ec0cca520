/** Routes, policy rules and settings of a case. */
import type { Dice } from './dice.ts';
import { anyAddress, plain, type World } from './world.ts';

/** Tables that rules send to; main is what `ip route` shows without a name. */
export const TABLES = [100, 200];

const hostOf = ({ family }: World, address: string): string => `${address}/${family === 4 ? 32 : 128}`;

/** Connected routes first, for what goes via a neighbour needs one. */
export function routes(of: World, roll: Dice, tables: readonly number[]): readonly string[] {
  const connected = of.interfaces.flatMap((port) => connectedRoutes(of, port, roll));
  const main = [...roll.some(of.networks.slice(1, 7), 3), ...(roll.chance(0.8) ? [of.networks[0]!] : [])];
  const all = [...connected, ...main.flatMap((network) => route(of, network, '', roll))];
  for (const table of tables) {
    if (!roll.chance(0.5)) continue;
    for (const network of roll.some(of.networks, 2)) all.push(...route(of, network, ` table ${table}`, roll));
  }
  return withoutRepeats(all);
}

/** What two routes to one destination may not share: their metric (IPv4 tells them apart by TOS too). */
function withoutRepeats(all: readonly string[]): readonly string[] {
  const keyOf = (line: string): string => {
    const destination = /^(?:blackhole |unreachable |prohibit |throw )?(\S+)/.exec(line)?.[1];
    return [
      destination,
      ...['table', 'metric', 'tos'].map((key) => new RegExp(`${key} (\\S+)`).exec(line)?.[1]),
    ].join();
  };
  const seen = new Set<string>();
  return all.filter((line) => !seen.has(keyOf(line)) && seen.add(keyOf(line)));
}

function connectedRoutes(of: World, port: string, roll: Dice): readonly string[] {
  const networks = [
    of.networks.find((one) =>
      one.endsWith(of.family === 4 ? `.${netOf(port)}.0/24` : `:${netOf(port)}::/64`),
    )!,
  ];
  const own = of.addresses[port]!.map(plain);
  const src = own.length > 0 && roll.chance(0.3) ? ` src ${roll.pick(own)}` : '';
  return networks.map((network) => `${network} dev ${port}${of.family === 4 ? ' scope link' : ''}${src}`);
}

const netOf = (port: string): number => Number(port.slice(3)) + 1;

function route(of: World, network: string, table: string, roll: Dice): readonly string[] {
  const destination =
    network === of.networks[0] ? 'default' : roll.chance(0.1) ? hostOf(of, roll.pick(of.far)) : network;
  const metric = roll.chance(0.2) ? ` metric ${roll.pick([10, 50, 100])}` : '';
  if (roll.chance(0.15)) {
    const type = roll.pick([
      'blackhole',
      'unreachable',
      'prohibit',
      ...(table === '' ? [] : ['throw', 'throw']),
    ]);
    return [`${type} ${destination}${table}${metric}`];
  }
  const port = roll.pick(of.interfaces);
  const via = roll.chance(0.1) ? '' : ` via ${roll.pick(of.near[port]!)}`;
  const own = of.addresses[port]!.map(plain);
  const src = own.length > 0 && roll.chance(0.1) ? ` src ${roll.pick(own)}` : '';
  return [`${destination}${via} dev ${port}${via === '' ? '' : ' onlink'}${table}${metric}${src}`];
}

export function rules(of: World, roll: Dice): readonly string[] {
  if (roll.chance(0.45)) return [];
  const count = 1 + roll.int(3);
  return Array.from(
    { length: count },
    (_, i) => `pref ${100 + i * 10} ${selectors(of, roll)} ${action(of, roll)}`,
  );
}

function selectors(of: World, roll: Dice): string {
  const network = (): string =>
    roll.chance(0.5) ? roll.pick(of.networks) : hostOf(of, anyAddress(of, roll));
  const kinds = [
    { weight: 4, text: () => `fwmark ${mark(roll)}` },
    { weight: 3, text: () => `from ${network()}` },
    { weight: 3, text: () => `to ${network()}` },
    { weight: 2, text: () => `iif ${roll.pick([...of.interfaces, 'lo'])}` },
    { weight: 1, text: () => `ipproto ${roll.pick(['tcp', 'udp', of.family === 4 ? 'icmp' : 'ipv6-icmp'])}` },
    { weight: 1, text: () => `ipproto ${roll.pick(['tcp', 'udp'])} dport ${roll.pick(of.ports)}` },
    { weight: 1, text: () => `sport ${roll.pick(of.ports)}` },
    { weight: 0.7, text: () => `dport 1-${roll.pick(of.ports)}` },
    { weight: 0.7, text: () => `tos 0x${roll.pick([4, 8, 16]).toString(16)}` },
    { weight: 0.5, text: () => `oif ${roll.pick(of.interfaces)}` },
  ];
  const used = Array.from({ length: roll.chance(0.7) ? 1 : 2 }, () => roll.weighted(kinds));
  const text = [...new Set(used)].map((one) => one.text()).join(' ');
  return `${roll.chance(0.1) ? 'not ' : ''}${hasRepeats(text) ? used[0]!.text() : text}`;
}

const hasRepeats = (text: string): boolean => {
  const words = text.split(' ').filter((word) => /^[a-z]+$/.test(word));
  return new Set(words).size < words.length;
};

/** Marks of two bits, with and without a mask: rules that set them and rules that read them meet. */
const mark = (roll: Dice): string =>
  roll.pick(['0x1', '0x2', '0x3', '0x1/0x1', '0x2/0x2', '0x2/0x3', '0x10/0xf0']);

function action(of: World, roll: Dice): string {
  const tables = of.interfaces.length > 0 ? [...TABLES, 'main'] : TABLES;
  return roll.weighted([
    { weight: 8, text: `lookup ${roll.pick(tables)}` },
    { weight: 1, text: `lookup main suppress_prefixlength ${roll.pick([0, 8, 16])}` },
    { weight: 0.5, text: 'blackhole' },
    { weight: 0.5, text: 'unreachable' },
    { weight: 0.5, text: 'prohibit' },
    { weight: 0.4, text: 'goto 200' },
  ]).text;
}

/** A `goto` needs its target. */
export const withTargets = (lines: readonly string[]): readonly string[] =>
  lines.some((line) => line.includes('goto 200')) ? [...lines, 'pref 200 from all lookup main'] : lines;

export function settings(of: World, roll: Dice): Readonly<Record<string, number>> {
  if (of.family === 6)
    return { 'net.ipv6.conf.all.forwarding': roll.chance(0.95) ? 1 : 0, ...conntrackSettings(roll) };
  const some = (probability: number, key: string, value: number): Record<string, number> =>
    roll.chance(probability) ? { [key]: value } : {};
  return {
    'net.ipv4.ip_forward': roll.chance(0.96) ? 1 : 0,
    'net.ipv4.conf.all.rp_filter': roll.weighted([
      { weight: 7, value: 0 },
      { weight: 1, value: 1 },
      { weight: 1, value: 2 },
    ]).value,
    ...some(0.15, `net.ipv4.conf.${roll.pick(of.interfaces)}.rp_filter`, roll.pick([1, 2])),
    ...some(0.1, `net.ipv4.conf.${roll.pick([...of.interfaces, 'all'])}.accept_local`, 1),
    ...some(0.1, `net.ipv4.conf.${roll.pick([...of.interfaces, 'all'])}.route_localnet`, 1),
    ...some(0.05, `net.ipv4.conf.${roll.pick(of.interfaces)}.forwarding`, 0),
    ...some(0.1, `net.ipv4.conf.all.src_valid_mark`, 1),
    ...some(0.1, 'net.ipv4.icmp_errors_use_inbound_ifaddr', 1),
    ...conntrackSettings(roll),
  };
}

const conntrackSettings = (roll: Dice): Record<string, number> =>
  roll.chance(0.1) ? { 'net.netfilter.nf_conntrack_tcp_loose': 0 } : {};
