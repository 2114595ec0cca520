/** The addresses and ports of a case: few, so that routes, rules and packets are about the same ones. */
import type { Dice } from './dice.ts';

export interface World {
  readonly family: 4 | 6;
  readonly interfaces: readonly string[];
  /** The machine's own, with prefix lengths, by interface and `lo`. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  /** The same as plain addresses. */
  readonly own: readonly string[];
  /** Neighbours on each interface's network. */
  readonly near: Readonly<Record<string, readonly string[]>>;
  /** Addresses behind routers. */
  readonly far: readonly string[];
  /** Addresses of nobody: what DNAT rules translate. */
  readonly virtual: readonly string[];
  /** Addresses that no host should have: loopback, multicast, broadcast. */
  readonly odd: readonly string[];
  /** Networks with their prefix lengths, from wide to narrow. */
  readonly networks: readonly string[];
  readonly ports: readonly number[];
}

const INTERFACES = ['eth0', 'eth1', 'eth2'];
const PORTS = [22, 53, 80, 443, 500, 700, 5000, 8080, 40000];

const NETWORK = {
  4: { host: (net: number, host: number) => `10.0.${net}.${host}`, length: 24, lo: '172.16.0.1/32' },
  6: {
    host: (net: number, host: number) => `fd00:0:0:${net}::${host.toString(16)}`,
    length: 64,
    lo: 'fd00:ff::1/128',
  },
} as const;

const ELSEWHERE = {
  4: {
    far: ['10.3.0.4', '10.3.0.5', '10.4.0.4', '192.0.2.7', '198.51.100.9', '203.0.113.5'],
    virtual: ['10.9.9.9', '10.9.9.10', '192.0.2.80'],
    odd: [
      '127.0.0.1',
      '127.0.0.2',
      '224.0.0.5',
      '255.255.255.255',
      '0.0.0.0',
      '240.0.0.1',
      '169.254.1.1',
      '10.0.2.0',
    ],
    networks: [
      '0.0.0.0/0',
      '10.0.0.0/8',
      '10.0.0.0/16',
      '10.3.0.0/16',
      '10.4.0.0/16',
      '192.0.2.0/24',
      '10.9.9.0/24',
      '10.0.1.0/24',
      '10.0.2.0/24',
      '10.0.3.0/24',
    ],
  },
  6: {
    far: ['fd03::4', 'fd03::5', 'fd04::4', '2001:db8::7', '2001:db8:1::9'],
    virtual: ['fd09::9', 'fd09::a', '2001:db8::80'],
    odd: ['::1', 'ff02::5', 'ff0e::1', '::'],
    networks: [
      '::/0',
      'fd00::/8',
      'fd00::/48',
      'fd03::/16',
      'fd04::/16',
      '2001:db8::/48',
      'fd09::/64',
      'fd00:0:0:1::/64',
      'fd00:0:0:2::/64',
      'fd00:0:0:3::/64',
    ],
  },
} as const;

export function world(family: 4 | 6, roll: Dice): World {
  const { host, length, lo } = NETWORK[family];
  const addresses: Record<string, readonly string[]> = {};
  for (const [i, port] of INTERFACES.entries()) addresses[port] = addressesOf(i + 1);
  const loopback = family === 4 ? ['127.0.0.1/8'] : ['::1/128'];
  addresses['lo'] = roll.chance(0.4) ? [...loopback, lo] : loopback;
  const near = Object.fromEntries(
    INTERFACES.map((port, i) => [port, [9, 10, 11].map((last) => host(i + 1, last))]),
  );
  const own = Object.values(addresses).flat().map(plain);
  return { family, interfaces: INTERFACES, addresses, own, near, ...ELSEWHERE[family], ports: PORTS };

  function addressesOf(net: number): readonly string[] {
    if (net === 3 && roll.chance(0.1)) return [];
    const first = `${host(net, 4)}/${roll.chance(0.1) ? (family === 4 ? 32 : 128) : length}`;
    const others = [
      `${host(net, 40)}/${length}`,
      `${host(net + 20, 4)}/${length}`,
      `${host(net, 41)}/${family === 4 ? 32 : 128}`,
    ];
    return roll.chance(0.3) ? [first, ...roll.some(others, 2)] : [first];
  }
}

export const plain = (address: string): string => address.split('/')[0]!;

/** An address that something in the case is about. */
export function anyAddress(of: World, roll: Dice): string {
  const { from } = roll.weighted([
    { weight: 4, from: Object.values(of.near).flat() },
    { weight: 4, from: of.far },
    { weight: 3, from: of.own },
    { weight: 2, from: of.virtual },
    { weight: 0.3, from: of.odd },
  ]);
  return roll.pick(from);
}
