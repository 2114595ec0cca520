// Packets of random headers that fit into one another: the same ones every time.
import { ESP_SUITES, type EspSuite } from '../../src/packet/esp.ts';
import { keyLengths, type EspKey } from '../../src/packet/wire/esp-keys.ts';
import type { WireHeader, WirePacket } from '../../src/packet/wire/wire-packet.ts';
import { V6 } from '../../src/value/address.ts';
import { randomFrom } from '../captures/mutate.ts';

type Random = (bound: number) => number;
/** Headers, innermost last, and how much payload is behind them. */
type Stack = readonly WireHeader[];

const SUITES = Object.keys(ESP_SUITES) as EspSuite[];

/** SPI 0x2000 and on, one for each suite. */
export const STACK_KEYS: ReadonlyMap<number, EspKey> = new Map(
  SUITES.map((suite, i) => {
    const { key, authKey } = keyLengths(suite);
    const octets = (count: number): Uint8Array =>
      Uint8Array.from({ length: count }, (_, at) => (at * 7 + i) & 255);
    return [0x2000 + i, { suite, key: octets(key), authKey: octets(authKey) }];
  }),
);

const octets = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

const ROUTER_ALERT_4 = { kind: 148, data: octets(0, 0) };
const ROUTER_ALERT_6 = { kind: 5, data: octets(0, 0) };

const pick = <T>(random: Random, choices: readonly T[]): T => choices[random(choices.length)]!;

/** Unicast and locally administered. */
const mac = (random: Random): number => 0x02_00_00_00_00_00 + random(2 ** 24);
const ipv4Address = (random: Random): number => 0x0a00_0001 + random(0xffff00);
const ipv6Address = (random: Random): bigint => V6 + (0xfd00n << 112n) + BigInt(random(2 ** 32));

/** Ports at which tshark expects nothing. */
const port = (random: Random): number => 61_440 + random(3000);

const ethernet = (random: Random): WireHeader => ({ proto: 'ethernet', src: mac(random), dst: mac(random) });

const vlan = (random: Random): WireHeader => ({
  proto: 'vlan',
  vid: 1 + random(4094),
  pcp: random(8),
  dei: random(2),
});

const common = (random: Random) => ({ dscp: random(64), ecn: random(4), ttl: 8 + random(240) });

const ip = (random: Random): Stack =>
  random(2) === 0
    ? [
        {
          proto: 'ipv4',
          ...common(random),
          id: random(65_536),
          df: random(2),
          src: ipv4Address(random),
          dst: ipv4Address(random),
          ...(random(8) === 0 && { options: [ROUTER_ALERT_4] }),
        },
      ]
    : [
        {
          proto: 'ipv6',
          ...common(random),
          label: random(2 ** 20),
          src: ipv6Address(random),
          dst: ipv6Address(random),
        },
        ...extensions(random),
      ];

/** Extension headers in the order of RFC 8200 section 4.1. */
const extensions = (random: Random): Stack => [
  ...(random(8) === 0
    ? [{ proto: 'hop-by-hop', options: [ROUTER_ALERT_6, { kind: 1, data: octets() }] }]
    : []),
  ...(random(8) === 0 ? [{ proto: 'fragment', offset: 0, mf: 0, id: random(2 ** 32) }] : []),
  ...(random(8) === 0
    ? [{ proto: 'destination-options', options: [{ kind: 1, data: new Uint8Array(4) }] }]
    : []),
];

const ports = (random: Random) => ({ sport: port(random), dport: port(random) });

const TCP_OPTIONS = [
  { kind: 2, data: octets(5, 0xb4) },
  { kind: 4, data: octets() },
  { kind: 8, data: octets(0, 1, 2, 3, 0, 0, 0, 9) },
  { kind: 1, data: octets() },
  { kind: 3, data: octets(7) },
];

function transport(random: Random, isIpv4: boolean): Stack {
  switch (random(3)) {
    case 0: {
      const isSyn = random(2) === 0;
      const basis = { ...ports(random), seq: random(2 ** 32), window: 1 + random(65_535) };
      return isSyn
        ? [{ proto: 'tcp', ...basis, flags: 2, options: TCP_OPTIONS }]
        : [{ proto: 'tcp', ...basis, flags: 0x10, ack: 1 + random(2 ** 31) }];
    }
    case 1:
      return [{ proto: 'udp', ...ports(random) }];
    default: {
      const type = isIpv4 ? pick(random, [0, 8]) : pick(random, [128, 129]);
      return [{ proto: isIpv4 ? 'icmp' : 'icmpv6', type, id: random(65_536), seq: random(65_536) }];
    }
  }
}

const isIpv4 = (stack: Stack): boolean => stack.some(({ proto }) => proto === 'ipv4');

/** An Ethernet frame that a tunnel carries, or a host sends. */
function frame(random: Random, depth: number): Stack {
  const tags = pick(random, [0, 0, 0, 1]);
  const head = [ethernet(random), ...Array.from({ length: tags }, () => vlan(random))];
  if (random(12) === 0) return [...head, arp(random)];
  return [...head, ...ipPacket(random, depth)];
}

const arp = (random: Random): WireHeader => ({
  proto: 'arp',
  operation: 1 + random(2),
  senderMac: mac(random),
  sender: ipv4Address(random),
  targetMac: mac(random),
  target: ipv4Address(random),
});

function ipPacket(random: Random, depth: number): Stack {
  const outer = ip(random);
  return [
    ...outer,
    ...(depth === 0 || random(4) === 0 ? transport(random, isIpv4(outer)) : tunnel(random, depth - 1)),
  ];
}

const udpTo = (random: Random, dport: number, isBare: boolean): WireHeader =>
  isBare
    ? { proto: 'udp', sport: port(random), dport, checksum: 0 }
    : { proto: 'udp', sport: port(random), dport };

const GENEVE_OPTION = { class: 0x0103, kind: 0x01, data: octets(0xde, 0xad, 0xbe, 0xef) };
const CRITICAL_OPTION = { class: 0xff01, kind: 0x82, data: octets(1, 2, 3, 4, 5, 6, 7, 8) };

function tunnel(random: Random, depth: number): Stack {
  const vni = random(2 ** 24);
  switch (random(11)) {
    case 0:
      return [
        udpTo(random, pick(random, [4789, 10_800, 10_801]), random(2) === 0),
        { proto: 'vxlan', vni },
        ...frame(random, depth),
      ];
    case 1: {
      const options = pick(random, [[], [GENEVE_OPTION], [GENEVE_OPTION, CRITICAL_OPTION]]);
      const head = options.length > 0 ? { proto: 'geneve', vni, options } : { proto: 'geneve', vni };
      return [udpTo(random, 6081, random(2) === 0), head, ...frame(random, depth)];
    }
    case 2:
      return [gre(random), ...frame(random, depth)];
    case 3:
      return [gre(random), ...ipPacket(random, depth)];
    case 4:
      return [{ proto: 'gre', checked: 0 }, { proto: 'erspan1' }, ...frame(random, depth)];
    case 5:
      return [{ proto: 'gre', seq: random(2 ** 31) }, erspan2(random), ...frame(random, depth)];
    case 6:
      return [{ proto: 'gre', seq: random(2 ** 31) }, erspan3(random), ...frame(random, depth)];
    case 7:
      return [esp(random), ...ipPacket(random, depth)];
    case 9:
      return [udpTo(random, 4341, true), lisp(random), ...ipPacket(random, depth)];
    case 8:
      return [udpTo(random, 4500, true), esp(random), ...ipPacket(random, depth)];
    default:
      return ipPacket(random, depth);
  }
}

const gre = (random: Random): WireHeader => ({
  proto: 'gre',
  checked: random(2),
  ...(random(2) === 0 && { key: random(2 ** 32) }),
  ...(random(2) === 0 && { seq: random(2 ** 32) }),
});

/** With a nonce and an instance. */
const lisp = (random: Random): WireHeader => ({
  proto: 'lisp',
  flags: 0x88,
  nonce: random(2 ** 24),
  instance: random(2 ** 24),
  locators: 0,
});

const erspan2 = (random: Random): WireHeader => ({
  proto: 'erspan2',
  vlan: random(4095),
  cos: random(8),
  encap: 3,
  session: random(1024),
  index: random(2 ** 20),
});

const erspan3 = (random: Random): WireHeader => ({
  proto: 'erspan3',
  vlan: random(4095),
  cos: random(8),
  session: random(1024),
  timestamp: random(2 ** 32),
  sgt: random(65_536),
  hardware: random(64),
  egress: random(2),
});

function esp(random: Random): WireHeader {
  const spi = 0x2000 + random(SUITES.length);
  return { proto: 'esp', spi, seq: 1 + random(2 ** 31), suite: SUITES[spi - 0x2000]! };
}

/** What stands before an IP packet in captures that are not of Ethernet, by link type. */
export const LINKS: Readonly<Record<number, WireHeader | undefined>> = {
  0: { proto: 'null' },
  101: undefined,
  113: { proto: 'sll', packetType: 4, address: 0x02_00_00_00_00_01 },
  276: { proto: 'sll2', interface: 3, packetType: 0, address: 0x02_00_00_00_00_01 },
};

/** IP packets of IPv4, which the family of `null` does not say of IPv6 in the same way everywhere. */
export function* linkStacks(link: WireHeader | undefined, count: number): Generator<WirePacket> {
  const random = randomFrom(276);
  while (count > 0) {
    const headers = ipPacket(random, 1);
    if (headers[0]!.proto !== 'ipv4') continue;
    count--;
    yield { headers: link ? [link, ...headers] : headers, payload: new Uint8Array(random(80)).fill(0x6e) };
  }
}

export function* randomStacks(count: number): Generator<WirePacket> {
  const random = randomFrom(4789);
  for (let i = 0; i < count; i++) {
    const headers = frame(random, random(4));
    const isArp = headers.at(-1)!.proto === 'arp';
    yield { headers, payload: new Uint8Array(isArp ? 0 : random(80)).fill(0x6e) };
  }
}
