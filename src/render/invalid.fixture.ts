/** An answer whose SYN went another way. */
import type { Step, WalkReport } from '../report/report.ts';
import { BACK, DELIVERED, RETURN_HOPS, THERE } from './delivered.fixture.ts';
import { FORWARD_HOPS } from './forward-hops.fixture.ts';
import {
  FILE,
  synAck,
  around,
  VM_TO_NVA,
  cross,
  hop,
  host,
  decap,
  port,
  ANSWER,
  PEERING,
} from './walk-parts.fixture.ts';

/** The same appliance refuses an answer whose SYN went round it. */
export const INVALID: WalkReport = {
  suggestions: [
    {
      changes: [
        {
          type: 'route',
          did: 'added',
          table: 'rt-gw-snet',
          prefix: '10.1.0.0/24',
          nextHopType: 'VirtualAppliance',
          nextHop: '10.0.1.5',
        },
      ],
      set: [
        '/routeTables/rt-gw-snet/routes=[{"addressPrefix":"10.1.0.0/24","nextHopType":"VirtualAppliance","nextHopIpAddress":"10.0.1.5"}]',
      ],
      verdict: 'delivered',
      branches: 1,
    },
  ],
  ...DELIVERED,
  verdict: 'dropped',
  reason: 'session-invalid',
  blame: { walk: 1, hop: 1, step: 4 },
  symmetric: false,
  through: { forward: [], return: ['nva2'] },
  assumptions: [],
  walks: [
    {
      ...THERE,
      hops: FORWARD_HOPS.filter(({ node }) => node !== 'nva2' && node !== 'ilb-hub').map((one) =>
        one.node === 'vgw-hub'
          ? {
              ...one,
              steps: [{ type: 'route', table: 'rt-gw-snet', ...PEERING, rejected: [] }] satisfies Step[],
            }
          : one,
      ),
    },
    {
      ...BACK,
      verdict: 'dropped',
      reason: 'session-invalid',
      hops: [
        ...RETURN_HOPS.slice(0, 1),
        hop('nva2', 'machine', 'vnet-hub/snet-nva', {
          in: cross('fabric', around(VM_TO_NVA, 50, synAck(64))),
          steps: [
            host(decap('vxlan', VM_TO_NVA, { vni: 10000 })),
            port('in', synAck(64)),
            {
              type: 'session',
              did: 'missing',
              table: 'conntrack',
              original: ANSWER,
              reply: null,
              state: 'INVALID',
            },
            {
              type: 'rule',
              table: 'filter',
              chain: 'FORWARD',
              rule: '2',
              text: '-m conntrack --ctstate INVALID -j DROP',
              action: 'DROP',
              near: [
                {
                  rule: '1',
                  text: '-m conntrack --ctstate ESTABLISHED -j ACCEPT',
                  failed: 'ctstate',
                  wanted: 'ESTABLISHED',
                  had: 'INVALID',
                  at: `${FILE}:57:11`,
                },
              ],
              at: `${FILE}:58:11`,
            },
            {
              type: 'drop',
              reason: 'session-invalid',
              note: 'SYN,ACK without a SYN',
              pointer: '/machines/nva2/linux/iptables',
              packet: synAck(64),
              at: `${FILE}:58:11`,
            },
          ],
          out: null,
        }),
      ],
    },
  ],
};
