import { expect, test } from 'vitest';
import { describer } from '../analyze/describe-packet.ts';
import { makePacket } from '../packet/make.ts';
import { fieldText } from '../render/flow.ts';
import { readDocument } from '../source/document.ts';
import { readTopology } from '../topology/topology.ts';
import { readFlow, type FlowText } from './flow.ts';

const topology = readTopology(readDocument('net.yaml', 'segments: { lan: {} }').document!).topology!;
const V4 = { src: '10.0.0.1', dst: '10.0.0.2' };
const V6 = { src: 'fd00::1', dst: 'fd00::2' };

/** The packet's length, and its layers without addresses and TTL. */
function read(text: FlowText): string {
  const { packet } = readFlow(text, topology);
  const { length, layers } = describer().packet(makePacket({ ...packet, ttl: packet.ttl ?? 64 }));
  const told = layers.map((layer) =>
    Object.keys(layer)
      .filter((field) => !['src', 'dst', 'ttl'].includes(field))
      .map((field) => `${field === 'proto' ? '' : `${field}=`}${fieldText(layer, field)}`)
      .join(' '),
  );
  return `${length}: ${told.join(', ')}`;
}

test.each<[FlowText, string]>([
  [{ ...V4, proto: 'tcp/22', sport: 1 }, '40: ipv4, tcp sport=1 dport=22 flags=SYN'],
  [
    { ...V4, proto: 'tcp', sport: '1', dport: 22, flags: 'S.' },
    '40: ipv4, tcp sport=1 dport=22 flags=SYN,ACK',
  ],
  [
    { ...V4, proto: 6, sport: 1, dport: '22', flags: 'FPU' },
    '40: ipv4, tcp sport=1 dport=22 flags=FIN,PSH,URG',
  ],
  [{ ...V4, proto: 'tcp/22', sport: 1, flags: 'SEW' }, '40: ipv4, tcp sport=1 dport=22 flags=SYN,ECE,CWR'],
  [{ ...V4, proto: 'tcp/22', sport: 1, flags: '' }, '40: ipv4, tcp sport=1 dport=22 flags='],
  [{ ...V4, proto: 'tcp/22', sport: 1, flags: 'none' }, '40: ipv4, tcp sport=1 dport=22 flags='],
  [{ ...V4, proto: 'tcp/22', sport: 1, flags: [] }, '40: ipv4, tcp sport=1 dport=22 flags='],
  [{ ...V4, proto: 'udp', dport: 53 }, '28: ipv4, udp sport=49152 dport=53'],
  [{ ...V4, proto: 'UDP/53', sport: 0, flags: '' }, '28: ipv4, udp sport=0 dport=53'],
  [{ ...V4, proto: 'sctp/2905', sport: 2905 }, '52: ipv4, sctp sport=2905 dport=2905'],
  [{ ...V4, proto: 136, sport: 1, dport: 2 }, '28: ipv4, udplite sport=1 dport=2'],
  [{ ...V4, proto: 'dccp/5001', sport: 1 }, '40: ipv4, dccp sport=1 dport=5001'],
  [{ ...V4, proto: 'icmp' }, '84: ipv4, icmp type=8 code=0 id=1'],
  [{ ...V4, proto: 'icmp', type: 8, id: 77, seq: 3 }, '84: ipv4, icmp type=8 code=0 id=77 seq=3'],
  [{ ...V4, proto: 'icmp/3/1' }, '84: ipv4, icmp type=3 code=1 id=1'],
  [{ ...V4, proto: 1, type: 5, code: 1 }, '84: ipv4, icmp type=5 code=1 id=1'],
  [{ ...V6, proto: 'icmp' }, '104: ipv6, icmpv6 type=128 code=0 id=1'],
  [{ ...V6, proto: 'ipv6-icmp/129' }, '104: ipv6, icmpv6 type=129 code=0 id=1'],
  [{ ...V4, proto: 'esp' }, '20: ipv4, opaque protocol=50'],
  [{ ...V4, proto: 'gre', size: 100 }, '100: ipv4, opaque protocol=47'],
  [{ ...V4, proto: '253' }, '20: ipv4, opaque protocol=253'],
  [{ ...V4, proto: 'igmp', dscp: 48 }, '20: ipv4 dscp=48, opaque protocol=2'],
  [
    { ...V4, proto: 'udp/53', size: 1500, df: true, tos: 0xb9 },
    '1500: ipv4 dscp=46 ecn=1 df=1, udp sport=49152 dport=53',
  ],
  [{ ...V6, proto: 'udp/53', size: 1500, tos: 2, df: false }, '1500: ipv6 ecn=2, udp sport=49152 dport=53'],
  [{ ...V4, proto: 'udp/53', tos: 0 }, '28: ipv4, udp sport=49152 dport=53'],
])('when the flow is %j then the packet is %s', (text, packet) => {
  expect(read(text)).toBe(packet);
});
