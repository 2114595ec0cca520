// The largest packet that passes whole in each encapsulation, against published numbers: what the Linux kernel says as path
// MTU or as MTU of the device, and the arithmetic of the RFCs, for an underlay of 1500 octets.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { trace } from '../src/analyze/trace.ts';
import type { EspSuite } from '../src/packet/esp.ts';
import { roomIn, type Header } from '../src/packet/packet.ts';
import { readDocument } from '../src/source/document.ts';
import { readTopology, type Topology } from '../src/topology/topology.ts';
import { parseAddress } from '../src/value/address.ts';
import { ZERO } from '../src/value/term.ts';
import { SessionStore } from '../src/walk/session.ts';

const ends = { src: ZERO, dst: ZERO };
const OUTER: readonly Header[] = [
  { proto: 'ipv4', ...ends, ttl: ZERO },
  { proto: 'ipv6', ...ends, ttl: ZERO },
];
const udp: Header = { proto: 'udp', sport: ZERO, dport: ZERO };
const frame: Header = { proto: 'ethernet', ...ends };
const vxlan: Header = { proto: 'vxlan', vni: ZERO };
const geneve: Header = { proto: 'geneve', vni: ZERO };
const checked = { checked: 1 as never };
const gre: Header = { proto: 'gre' };
const keyed: Header = { proto: 'gre', key: ZERO };
const full: Header = { proto: 'gre', ...checked, key: ZERO, seq: ZERO };
const numbered: Header = { proto: 'gre', seq: ZERO };
const vlan = { proto: 'vlan', id: 1 } as unknown as Header;
const erspan = (type: 1 | 2 | 3): Header => ({ proto: `erspan${type}`, session: ZERO }) as unknown as Header;
const esp = (suite: EspSuite): Header => ({ proto: 'esp', spi: ZERO, seq: ZERO, suite });

/** What is between the outer IP header and the packet, and the largest packet with IPv4 and with IPv6 outside. */
const TABLE: readonly [name: string, headers: readonly Header[], v4: number, v6: number][] = [
  ['IP in IP', [], 1480, 1460],
  ['GRE', [gre], 1476, 1456],
  ['GRE with key', [keyed], 1472, 1452],
  ['GRE with checksum, key and sequence number', [full], 1464, 1444],
  ['GRETAP', [gre, frame], 1462, 1442],
  ['GRETAP with key', [keyed, frame], 1458, 1438],
  ['GRETAP with checksum, key and sequence number', [full, frame], 1450, 1430],
  ['GRETAP around a tagged frame', [gre, frame, vlan], 1458, 1438],
  ['VXLAN', [udp, vxlan, frame], 1450, 1430],
  ['Geneve', [udp, geneve, frame], 1450, 1430],
  ['Geneve without a frame', [udp, geneve], 1464, 1444],
  ['ERSPAN type I', [gre, erspan(1), frame], 1462, 1442],
  ['ERSPAN type II', [numbered, erspan(2), frame], 1450, 1430],
  ['ERSPAN type III', [numbered, erspan(3), frame], 1446, 1426],
  ['ESP, AES-CBC with SHA-1', [esp('aes128-cbc-sha1')], 1438, 1422],
  ['ESP, AES-CBC with SHA-256', [esp('aes128-cbc-sha256')], 1438, 1406],
  ['ESP, AES-GCM', [esp('aes256-gcm')], 1446, 1426],
  ['ESP, NULL with SHA-1', [esp('null-sha1')], 1458, 1438],
  ['ESP in UDP, AES-GCM', [udp, esp('aes128-gcm')], 1438, 1418],
  ['GRETAP in ESP, AES-CBC with SHA-1', [esp('aes128-cbc-sha1'), gre, frame], 1420, 1404],
  ['GRETAP in ESP, AES-GCM', [esp('aes128-gcm'), gre, frame], 1428, 1408],
  ['GRETAP with key in ESP, AES-GCM', [esp('aes128-gcm'), keyed, frame], 1424, 1404],
  ['GRETAP in ESP, NULL with SHA-1', [esp('null-sha1'), gre, frame], 1440, 1420],
];

describe('when a packet is in these headers then the largest that passes 1500 octets whole has', () => {
  test.each(TABLE)('%s', (_, headers, v4, v6) => {
    const [four, six] = OUTER.map((ip) => roomIn([ip, ...headers], 1500));
    expect([four, six]).toEqual([v4, v6]);
  });
});

/** Tunnels of Linux, with the addresses of their ends to come. */
const WALKED: readonly [link: string, family: 4 | 6, largest: number][] = [
  ['type: ipip', 4, 1480],
  ['type: gre', 4, 1476],
  ['type: gre, key: 7', 4, 1472],
  ['type: gre, key: 7, csum: true, seq: true', 4, 1464],
  ['type: gretap', 4, 1462],
  ['type: gretap, key: 7', 4, 1458],
  ['type: gretap, key: 7, csum: true, seq: true', 4, 1450],
  ['type: erspan, erspan_ver: 0', 4, 1462],
  ['type: erspan, seq: true, key: 7', 4, 1450],
  ['type: erspan, seq: true, key: 7, erspan_ver: 2', 4, 1446],
  ['type: ip6tnl', 6, 1452],
  ['type: ip6tnl, encaplimit: none', 6, 1460],
  ['type: ip6gre', 6, 1448],
  ['type: ip6gretap', 6, 1434],
  ['type: ip6gretap, key: 7, csum: true, seq: true', 6, 1422],
  ['type: ip6gretap, key: 7, csum: true, seq: true, encaplimit: none', 6, 1430],
  ['type: ip6erspan, seq: true, key: 7', 6, 1422],
  ['type: ip6erspan, seq: true, key: 7, encaplimit: none', 6, 1430],
  ['type: ip6erspan, seq: true, key: 7, erspan_ver: 2, encaplimit: none', 6, 1426],
  ['type: vxlan, id: 7, dstport: 4789, dev: wan', 4, 1450],
  ['type: vxlan, id: 7, dstport: 4789, dev: wan', 6, 1430],
  ['type: geneve, id: 7', 4, 1450],
  ['type: geneve, id: 7', 6, 1430],
];

const ENDS = { 4: ['192.0.2.1', '192.0.2.2'], 6: ['2001:db8::1', '2001:db8::2'] } as const;

/** Two hosts behind two routers that a tunnel joins. */
function joined(link: string, family: 4 | 6): Topology {
  const [near, far] = ENDS[family];
  const mask = family === 4 ? 24 : 64;
  const router = (lan: string, other: string, local: string, remote: string): string => `
    nics: { lan: { segment: lan${lan} }, wan: { segment: wan } }
    linux:
      sysctl: { net.ipv4.ip_forward: 1 }
      addresses: { lan: [10.${lan}.0.1/24], wan: ["${local}/${mask}"], tun: [172.16.0.${lan}/30] }
      links: { tun: { ${link}, local: "${local}", remote: "${remote}" } }
      routes: |
        10.${lan}.0.0/24 dev lan
        172.16.0.0/30 dev tun
        10.${other}.0.0/24 via 172.16.0.${other}
        ${family === 4 ? '192.0.2.0/24' : '2001:db8::/64'} dev wan`;
  const host = (lan: string): string => `
    nics: { eth0: { segment: lan${lan} } }
    linux:
      addresses: { eth0: [10.${lan}.0.9/24] }
      routes: |
        10.${lan}.0.0/24 dev eth0
        default via 10.${lan}.0.1`;
  const text = `
segments: { lan1: {}, lan2: {}, wan: {} }
machines:
  a:${host('1')}
  left:${router('1', '2', near, far)}
  right:${router('2', '1', far, near)}
  b:${host('2')}
`;
  return topologyOf(text);
}

function topologyOf(text: string): Topology {
  const { document } = readDocument('net.yaml', text);
  const { topology, diagnostics } = readTopology(document!);
  if (!topology) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  return topology;
}

/** `delivered`, or the reason of the drop and what the error about it says would pass. */
function sent(topology: Topology, size: number, from = '10.1.0.9', to = '10.2.0.9'): string {
  const packet = {
    src: parseAddress(from)!,
    dst: parseAddress(to)!,
    proto: 17,
    sport: 9000,
    dport: 9000,
    flags: [],
    id: 0,
    df: true,
    size,
  };
  const question = { packet, picks: new Map<string, string>(), noReturn: true, handshake: false };
  const traced = trace(topology, question, new SessionStore());
  if ('problem' in traced) return traced.problem;
  const [there, ...others] = traced.walks;
  const error = others.find(({ cause }) => cause?.what === 'packet-too-big');
  const { verdict } = there!.walk;
  if (verdict.outcome !== 'dropped') return verdict.outcome;
  const told = error?.walk.packet.headers.find(({ proto }) => proto === 'icmp') as
    { mtu?: unknown } | undefined;
  return `${verdict.reason}, ${error ? `${error.walk.device.node} is told ${String(told?.mtu)}` : 'nobody is told'}`;
}

describe('when a packet with DF is walked through a tunnel then the largest passes, and about one octet more its sender is told', () => {
  test.each(WALKED)('%s over IPv%s: %s', (link, family, largest) => {
    const topology = joined(link, family);
    expect(sent(topology, largest)).toBe('delivered');
    expect(sent(topology, largest + 1)).toBe(`packet-too-big, a is told ${largest}`);
  });
});

describe('when Open vSwitch sends a frame through a tunnel then the largest passes, and of one octet more nobody is told', () => {
  const cases: readonly [name: string, largest: number][] = [
    ['gretap', 1462],
    ['vxlan', 1450],
    ['geneve', 1450],
    ['gre-ipsec', 1428],
  ];
  test.each(cases)('%s: %s', (name, largest) => {
    const topology = topologyOf(readFileSync(`topologies/ovs-overlay-${name}.yaml`, 'utf8'));
    expect(sent(topology, largest, '10.0.0.1', '10.0.0.2')).toBe('delivered');
    const lost = sent(topology, largest + 1, '10.0.0.1', '10.0.0.2');
    expect(lost).toBe('packet-too-big, nobody is told');
  });
});
