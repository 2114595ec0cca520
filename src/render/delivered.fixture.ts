/** An administrator's SSH and its answer through one appliance. */
import type { Hop, WalkFact, WalkReport } from '../report/report.ts';
import { FORWARD_HOPS } from './forward-hops.fixture.ts';
import {
  FILE,
  ADMIN,
  syn,
  synAck,
  around,
  BACK_VPN,
  VM_TO_NVA,
  TO_GATEWAY,
  cross,
  hop,
  host,
  encap,
  decap,
  port,
  SSH,
  ANSWER,
  flowEntry,
} from './walk-parts.fixture.ts';

export const RETURN_HOPS: readonly Hop[] = [
  hop('vm-prod-1', 'machine', 'vnet-spoke1/default', {
    in: null,
    steps: [
      port('out', synAck(64)),
      flowEntry('matched'),
      host({
        type: 'route',
        table: 'rt-spoke1',
        prefix: '10.3.0.0/16',
        nextHopType: 'VirtualAppliance',
        nextHop: '10.0.1.5',
        source: 'User',
        rejected: [],
        at: `${FILE}:74:9`,
      }),
      host(encap('vxlan', 50, VM_TO_NVA, { vni: 10000, standsFor: '10.0.1.5' })),
    ],
    out: cross('fabric', around(VM_TO_NVA, 50, synAck(64))),
  }),
  hop('nva2', 'machine', 'vnet-hub/snet-nva', {
    in: cross('fabric', around(VM_TO_NVA, 50, synAck(64))),
    steps: [
      host(decap('vxlan', VM_TO_NVA, { vni: 10000 })),
      flowEntry('matched'),
      port('in', synAck(64)),
      { type: 'ttl', before: 64, after: 63 },
      port('out', synAck(63)),
      flowEntry('matched'),
      host(encap('vxlan', 50, TO_GATEWAY, { vni: 10000 })),
    ],
    out: cross('fabric', around(TO_GATEWAY, 50, synAck(63))),
  }),
  hop('edge-rtr', 'edge-router', 'on-prem', {
    in: cross('tunnel-to-azure', around(BACK_VPN, 56, synAck(63))),
    steps: [decap('esp', BACK_VPN, { spi: 0x1002 })],
    out: cross('lan', synAck(63)),
  }),
  hop('mgmt-pc', 'machine', 'on-prem', {
    in: cross('eth0', synAck(63)),
    steps: [{ type: 'deliver', to: ADMIN, packet: synAck(63) }],
    out: null,
  }),
];

export const THERE: WalkFact = {
  direction: 'forward',
  flow: { ...SSH, flags: ['SYN'] },
  packet: syn(64),
  verdict: 'delivered',
  reason: null,
  hops: FORWARD_HOPS,
};

export const BACK: WalkFact = {
  direction: 'return',
  flow: { ...ANSWER, flags: ['SYN', 'ACK'] },
  packet: synAck(64),
  verdict: 'delivered',
  reason: null,
  hops: RETURN_HOPS,
};

/** An administrator's SSH and its answer through one appliance. */
export const DELIVERED: WalkReport = {
  version: 1,
  command: 'walk',
  topology: { name: 'hub-spoke-vpn', file: FILE },
  verdict: 'delivered',
  reason: null,
  blame: null,
  symmetric: true,
  through: { forward: ['nva2'], return: ['nva2'] },
  assumptions: [
    { code: 'source-port', about: '49152', text: '49152: the first port of the range' },
    { code: 'security-association-up', text: 'The associations are taken to be established.' },
    { code: 'balancer-hash', about: 'ilb-hub', text: 'ilb-hub: the hash is not published' },
  ],
  walks: [THERE, BACK],
};
