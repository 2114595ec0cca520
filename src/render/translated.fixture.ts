/** From the Internet through an appliance that translates both ends; and a packet that runs out of TTL there. */
import type { LayerFact, PacketFact, Step, WalkReport } from '../report/report.ts';
import { hop, ipv4, port, tcp } from './walk-parts.fixture.ts';

const FILE = 'public-lb-nva.yaml';
const CLIENT = '141.192.166.93';

const packet = (src: string, dst: string, ttl: number, ...flags: string[]): PacketFact => ({
  length: 40,
  layers: [ipv4(src, dst, ttl), tcp(49567, 22, ...flags)],
});

const rule = (chain: string, text: string, line: number) =>
  ({ table: 'nat', chain, rule: '1', text, at: `${FILE}:${line}:11` }) as const;

const original = { src: CLIENT, dst: '10.0.1.4', proto: 'tcp', sport: 49567, dport: 22 } as const;
const reply = { src: '10.0.2.6', dst: '10.0.2.4', proto: 'tcp', sport: 2222, dport: 49567 } as const;

const DNAT = rule('PREROUTING', `-s ${CLIENT}/32 -p tcp -j DNAT --to-destination 10.0.2.6:2222`, 52);
const MASQUERADE = rule('POSTROUTING', `-s ${CLIENT}/32 -o eth1 -j MASQUERADE`, 54);

const translating: readonly Step[] = [
  { ...port('in', packet(CLIENT, '10.0.1.4', 60, 'SYN')) },
  { type: 'nat', kind: 'dnat', field: 'dst', before: '10.0.1.4', after: '10.0.2.6', ...DNAT },
  { type: 'nat', kind: 'dnat', field: 'dport', before: 22, after: 2222, ...DNAT },
  {
    type: 'route',
    table: 'main',
    prefix: '10.0.2.0/24',
    nextHopType: 'dev',
    source: 'main',
    interface: 'eth1',
    rejected: [
      {
        prefix: '0.0.0.0/0',
        nextHopType: 'via',
        nextHop: '10.0.1.1',
        source: 'main',
        interface: 'eth0',
        why: 'shorter-prefix',
      },
    ],
  },
  { type: 'ttl', before: 60, after: 59 },
  { type: 'rule', table: 'filter', chain: 'FORWARD', rule: null, action: 'ACCEPT', near: [] },
  { type: 'nat', kind: 'masquerade', field: 'src', before: CLIENT, after: '10.0.2.4', ...MASQUERADE },
  { type: 'session', did: 'opened', table: 'conntrack', original, reply, state: 'NEW' },
  { type: 'mark', before: 0, after: 16 },
  { type: 'leave', towards: 'Internet', packet: packet('10.0.2.4', '10.0.2.6', 59, 'SYN') },
];

/** Injected at an appliance, translated, and gone. */
export const TRANSLATED: WalkReport = {
  version: 1,
  command: 'walk',
  topology: { name: 'public-lb-nva', file: FILE },
  verdict: 'left',
  reason: null,
  blame: { walk: 0, hop: 0, step: 9 },
  symmetric: null,
  through: { forward: [], return: [] },
  assumptions: [],
  walks: [
    {
      direction: 'forward',
      flow: { ...original, flags: ['SYN'] },
      packet: packet(CLIENT, '10.0.1.4', 60, 'SYN'),
      verdict: 'left',
      reason: null,
      note: 'Internet',
      hops: [
        hop('nva1', 'machine', 'vnet-hub', {
          in: { port: 'eth0', packet: packet(CLIENT, '10.0.1.4', 60, 'SYN') },
          steps: translating,
          out: null,
        }),
      ],
    },
  ],
};

const exceeded: LayerFact = { proto: 'icmp', type: 11, code: 0, id: 0, quoted: original };
const answer: PacketFact = { length: 56, layers: [ipv4('10.0.1.4', CLIENT, 64), exceeded] };

/** A packet with TTL 1 dies at the appliance, which says so. */
export const EXPIRED: WalkReport = {
  ...TRANSLATED,
  verdict: 'dropped',
  reason: 'ttl-expired',
  blame: { walk: 0, hop: 0, step: 2 },
  walks: [
    {
      direction: 'forward',
      flow: { ...original, flags: ['SYN'] },
      packet: packet(CLIENT, '10.0.1.4', 1, 'SYN'),
      verdict: 'dropped',
      reason: 'ttl-expired',
      hops: [
        hop('nva1', 'machine', 'vnet-hub', {
          in: { port: 'eth0', packet: packet(CLIENT, '10.0.1.4', 1, 'SYN') },
          steps: [
            port('in', packet(CLIENT, '10.0.1.4', 1, 'SYN')),
            { type: 'originate', cause: 'ttl-expired', packet: answer },
            { type: 'drop', reason: 'ttl-expired', packet: packet(CLIENT, '10.0.1.4', 1, 'SYN') },
          ],
          out: null,
        }),
      ],
    },
    {
      direction: 'follow-up',
      cause: { what: 'ttl-expired', walk: 0, hop: 0, step: 1 },
      flow: { src: '10.0.1.4', dst: CLIENT, proto: 'icmp', type: 11, code: 0, id: 0 },
      packet: answer,
      verdict: 'unknown',
      reason: null,
      note: 'what eth0 is connected to',
      hops: [
        hop('nva1', 'machine', 'vnet-hub', {
          in: null,
          steps: [
            port('out', answer),
            { type: 'unknown', missing: 'what eth0 is connected to', packet: answer },
          ],
          out: null,
        }),
      ],
    },
  ],
};
