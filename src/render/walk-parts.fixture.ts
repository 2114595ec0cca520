/** Packets, tunnels and steps that the walks of the fixtures are written with. */
import type { Crossing, Hop, LayerFact, PacketFact, Step } from '../report/report.ts';

export const FILE = 'topologies/hub-spoke-vpn.yaml';

export const ipv4 = (src: string, dst: string, ttl: number): LayerFact => ({ proto: 'ipv4', src, dst, ttl });
export const tcp = (sport: number, dport: number, ...flags: string[]): LayerFact => ({
  proto: 'tcp',
  sport,
  dport,
  flags,
});

export const ADMIN = '10.3.0.4';
export const SERVER = '10.1.0.4';

export const syn = (ttl: number): PacketFact => ({
  length: 40,
  layers: [ipv4(ADMIN, SERVER, ttl), tcp(49152, 22, 'SYN')],
});
export const synAck = (ttl: number): PacketFact => ({
  length: 40,
  layers: [ipv4(SERVER, ADMIN, ttl), tcp(22, 49152, 'SYN', 'ACK')],
});

const fabric = (src: string, dst: string, vni: number): readonly LayerFact[] => [
  ipv4(src, dst, 64),
  { proto: 'udp', sport: 49152, dport: 4789 },
  { proto: 'vxlan', vni },
  { proto: 'ethernet', src: '00:0d:3a:00:00:01', dst: '00:0d:3a:00:00:02' },
];
const tunnel = (src: string, dst: string): readonly LayerFact[] => [
  ipv4(src, dst, 64),
  { proto: 'esp', spi: 0x1001, seq: 1 },
];

export const around = (layers: readonly LayerFact[], octets: number, packet: PacketFact): PacketFact => ({
  length: packet.length + octets,
  layers: [...layers, ...packet.layers],
});

export const VPN = tunnel('203.0.113.10', '198.51.100.20');
export const BACK_VPN = tunnel('198.51.100.20', '203.0.113.10');
export const TO_ILB = fabric('100.64.0.4', '100.64.0.9', 10000);
export const TO_NVA = fabric('100.64.0.9', '100.64.0.12', 10000);
export const TO_VM = fabric('100.64.0.12', '100.64.0.21', 10010);
export const VM_TO_NVA = fabric('100.64.0.21', '100.64.0.12', 10000);
export const TO_GATEWAY = fabric('100.64.0.12', '100.64.0.4', 10000);

export const cross = (port: string, packet: PacketFact): Crossing => ({ port, packet });
export const hop = (
  node: string,
  kind: string,
  where: string,
  rest: Pick<Hop, 'in' | 'steps' | 'out'>,
): Hop => ({
  node,
  kind,
  where,
  ...rest,
});

export const host = (step: Step): Step => ({ ...step, phase: 'host' });
export const layers = (direction: string, ...names: readonly string[]): readonly Step[] =>
  names.map((layer) => host({ type: 'layer', layer, direction }));
export const encap = (header: string, octets: number, put: readonly LayerFact[], rest: object): Step => ({
  type: 'encapsulate',
  header,
  octets,
  layers: put,
  ...rest,
});
export const decap = (header: string, taken: readonly LayerFact[], rest: object): Step => ({
  type: 'decapsulate',
  header,
  layers: taken,
  ...rest,
});
export const port = (direction: 'in' | 'out', packet: PacketFact): Step => ({
  type: 'port',
  port: 'eth0',
  direction,
  packet,
});

export const SSH = { src: ADMIN, dst: SERVER, proto: 'tcp', sport: 49152, dport: 22 } as const;
export const ANSWER = { src: SERVER, dst: ADMIN, proto: 'tcp', sport: 22, dport: 49152 } as const;

export const flowEntry = (did: 'opened' | 'matched'): Step =>
  host({ type: 'session', did, table: 'host-flow', original: SSH, reply: ANSWER });

export const PEERING = { prefix: '10.1.0.0/24', nextHopType: 'VNetPeering', source: 'Default' } as const;
