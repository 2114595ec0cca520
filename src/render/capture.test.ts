/** What tcpdump would print, packet by packet. */
import { describe, expect, test } from 'vitest';
import type { LayerFact, PacketFact } from '../report/report.ts';
import { renderCapture } from './capture.ts';
import { DELIVERED } from './delivered.fixture.ts';
import { dumpLines } from './tcpdump.ts';

test('when an appliance has one interface then each packet is seen twice: in and out', () => {
  expect(renderCapture(DELIVERED, { node: 'nva2', port: 'eth0' }).text).toBe(
    [
      'IP 10.3.0.4.49152 > 10.1.0.4.22: Flags [S], length 0',
      'IP 10.3.0.4.49152 > 10.1.0.4.22: Flags [S], length 0',
      'IP 10.1.0.4.22 > 10.3.0.4.49152: Flags [S.], length 0',
      'IP 10.1.0.4.22 > 10.3.0.4.49152: Flags [S.], length 0',
      '',
    ].join('\n'),
  );
});

test('when the interface carries a tunnel then its packets are seen as the wire has them', () => {
  expect(renderCapture(DELIVERED, { node: 'ilb-hub', port: 'fabric' }).text).toBe(
    [
      'IP 100.64.0.4.49152 > 100.64.0.9.4789: VXLAN, flags [I] (0x08), vni 10000',
      'IP 10.3.0.4.49152 > 10.1.0.4.22: Flags [S], length 0',
      'IP 100.64.0.9.49152 > 100.64.0.12.4789: VXLAN, flags [I] (0x08), vni 10000',
      'IP 10.3.0.4.49152 > 10.1.0.4.22: Flags [S], length 0',
      '',
    ].join('\n'),
  );
  expect(renderCapture(DELIVERED, { node: 'vgw-hub', port: 'tunnel-onprem' }).text).toBe(
    'IP 203.0.113.10 > 198.51.100.20: ESP(spi=0x00001001,seq=0x1), length 76\n',
  );
});

test('when no packet passed the interface then the ones that were passed are named', () => {
  const { text, interfaces } = renderCapture(DELIVERED, { node: 'nva1', port: 'eth0' });
  expect(text).toBeUndefined();
  expect(interfaces).toContain('nva2/eth0');
  expect(new Set(interfaces).size).toBe(interfaces.length);
});

const V4: LayerFact = { proto: 'ipv4', src: '10.0.0.1', dst: '10.0.0.2', ttl: 64 };
const V6: LayerFact = { proto: 'ipv6', src: '2001:db8::1', dst: '2001:db8::2', ttl: 64 };
const quoted = { src: '10.0.0.2', dst: '10.0.0.9', proto: 'udp', sport: 1024, dport: 33434 };
const icmp = (type: number, code: number, rest: Partial<LayerFact> = {}): LayerFact => ({
  proto: 'icmp',
  type,
  code,
  id: 1,
  ...rest,
});
const icmpv6 = (type: number, code: number, rest: Partial<LayerFact> = {}): LayerFact => ({
  ...icmp(type, code, rest),
  proto: 'icmpv6',
});
const tcp = (...flags: string[]): LayerFact => ({ proto: 'tcp', sport: 1024, dport: 443, flags });

describe('when a packet is dumped then the line is tcpdump’s', () => {
  test.each<[LayerFact, LayerFact, number, string]>([
    [V4, tcp('FIN', 'ACK'), 40, 'IP 10.0.0.1.1024 > 10.0.0.2.443: Flags [F.], length 0'],
    [V4, tcp(), 140, 'IP 10.0.0.1.1024 > 10.0.0.2.443: Flags [none], length 100'],
    [V6, tcp('RST'), 60, 'IP6 2001:db8::1.1024 > 2001:db8::2.443: Flags [R], length 0'],
    [V4, { proto: 'udp', sport: 53, dport: 1024 }, 58, 'IP 10.0.0.1.53 > 10.0.0.2.1024: UDP, length 30'],
    [V4, icmp(8, 0), 84, 'IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64'],
    [V4, icmp(0, 0), 84, 'IP 10.0.0.1 > 10.0.0.2: ICMP echo reply, id 1, seq 1, length 64'],
    [V4, icmp(11, 0), 56, 'IP 10.0.0.1 > 10.0.0.2: ICMP time exceeded in-transit, length 36'],
    [V4, icmp(3, 0, { quoted }), 56, 'IP 10.0.0.1 > 10.0.0.2: ICMP net 10.0.0.9 unreachable, length 36'],
    [V4, icmp(3, 1, { quoted }), 56, 'IP 10.0.0.1 > 10.0.0.2: ICMP host 10.0.0.9 unreachable, length 36'],
    [
      V4,
      icmp(3, 3, { quoted }),
      56,
      'IP 10.0.0.1 > 10.0.0.2: ICMP 10.0.0.9 udp port 33434 unreachable, length 36',
    ],
    [
      V4,
      icmp(3, 13, { quoted }),
      56,
      'IP 10.0.0.1 > 10.0.0.2: ICMP host 10.0.0.9 unreachable - admin prohibited filter, length 36',
    ],
    [V6, icmpv6(128, 0), 104, 'IP6 2001:db8::1 > 2001:db8::2: ICMP6, echo request, id 1, seq 1, length 64'],
    [
      V6,
      icmpv6(3, 0, { quoted }),
      88,
      'IP6 2001:db8::1 > 2001:db8::2: ICMP6, time exceeded in-transit for 10.0.0.9, length 48',
    ],
    [
      V6,
      icmpv6(1, 4, { quoted }),
      88,
      'IP6 2001:db8::1 > 2001:db8::2: ICMP6, destination unreachable, unreachable port, 10.0.0.9 udp port 33434, length 48',
    ],
    [V4, { proto: 'opaque', protocol: 253 }, 40, 'IP 10.0.0.1 > 10.0.0.2:  ip-proto-253 20'],
    [
      V4,
      { proto: 'esp', spi: 0xabc, seq: 16 },
      96,
      'IP 10.0.0.1 > 10.0.0.2: ESP(spi=0x00000abc,seq=0x10), length 76',
    ],
  ])('%j %j', (ip, transport, length, line) => {
    const packet: PacketFact = { length, layers: [ip, transport] };
    expect(dumpLines(packet)).toEqual([line]);
  });
});
