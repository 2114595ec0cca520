/** Why and nearly, reason by reason. */
import { describe, expect, test } from 'vitest';
import type { Reason, RouteRow, Step, WalkReport } from '../report/report.ts';
import { REASON_CODES } from '../walk/reason.ts';
import { explain, type Explanation } from './explanation.ts';
import { INVALID } from './invalid.fixture.ts';
import type { StepOf } from './row.ts';
import { TRANSLATED } from './translated.fixture.ts';

const packet = TRANSLATED.walks[0]!.packet;

/** A walk that ends at nva1 with this reason, after these steps. */
function dropped(reason: Reason, steps: readonly Step[] = [], pointer?: string): WalkReport {
  const drop: Step = {
    type: 'drop',
    reason,
    packet,
    ...(pointer !== undefined && { pointer }),
    at: 'hub.yaml:7:3',
  };
  const walks = TRANSLATED.walks.map((walk) => ({
    ...walk,
    verdict: 'dropped' as const,
    reason,
    hops: walk.hops.map((hop) => ({ ...hop, steps: [...steps, drop] })),
  }));
  return { ...TRANSLATED, walks, verdict: 'dropped', reason, blame: { walk: 0, hop: 0, step: steps.length } };
}

const route = (rest: Partial<RouteRow & Pick<StepOf<'route'>, 'rejected'>>): Step => ({
  type: 'route',
  table: 'rt-spoke1',
  prefix: '10.0.0.0/8',
  nextHopType: 'None',
  source: 'Default',
  rejected: [],
  ...rest,
});

const denial = (rest: object): Step => ({
  type: 'rule',
  table: 'nsg-prod',
  rule: 'deny-ssh',
  text: '* to * tcp/22 Deny',
  action: 'Deny',
  near: [],
  at: 'hub.yaml:9:3',
  ...rest,
});

const nearlyAllowed = {
  near: [
    {
      rule: 'allow-admin',
      text: '10.9.0.0/16 to * tcp/22 Allow',
      failed: 'source',
      wanted: '10.9.0.0/16',
      had: '10.3.0.4',
      at: 'hub.yaml:8:3',
    },
  ],
};

const balance: Step = {
  type: 'balance',
  frontend: 'fip',
  rule: 'ha',
  pool: 'nvas',
  members: [
    { name: 'nva1/eth0', health: 'down', why: 'filter-denied at nva1' },
    { name: 'nva2/eth0', health: 'down', why: 'node-down at nva2' },
  ],
  hash: ['src'],
  picked: null,
  how: 'only',
};

test.each<[Reason, readonly Step[], string | undefined, Explanation]>([
  [
    'nic-forwarding-off',
    [],
    '/machines/nva1/nics/eth0',
    {
      why: "the packet is for 10.0.1.4, which is not an address of nva1's NIC, and enableIPForwarding is off there",
    },
  ],
  [
    'guest-forwarding-off',
    [],
    '/machines/nva1',
    {
      why: 'the packet is for 10.0.1.4, not for nva1, and net.ipv4.ip_forward is 0 there',
    },
  ],
  [
    'peering-forwarded-denied',
    [],
    '/vnets/vnet spoke1/peerings/hub',
    {
      why: "141.192.166.93 is not in the VNet that nva1 sends from, and vnet spoke1's peering with hub has allowForwardedTraffic off",
    },
  ],
  [
    'filter-denied',
    [denial(nearlyAllowed)],
    undefined,
    {
      why: 'nva1 denies it: nsg-prod deny-ssh  * to * tcp/22 Deny',
      nearly:
        'nsg-prod allow-admin  10.9.0.0/16 to * tcp/22 Allow: all but source, which is 10.3.0.4 and not 10.9.0.0/16 (hub.yaml:8)',
    },
  ],
  [
    'balancer-no-backend',
    [balance],
    undefined,
    {
      why: 'no member of pool nvas passes its probe: nva1 (filter-denied at nva1), nva2 (node-down at nva2)',
    },
  ],
  [
    'route-none',
    [
      route({
        rejected: [
          {
            prefix: '10.3.0.0/16',
            nextHopType: 'VirtualNetworkGateway',
            source: 'VirtualNetworkGateway',
            why: 'propagation-disabled',
          },
        ],
      }),
    ],
    undefined,
    {
      why: 'the route 10.0.0.0/8 -> None  Default takes packets for 10.0.1.4, and its next hop is None',
      nearly: '10.3.0.0/16 -> VirtualNetworkGateway: gateway route propagation is off on this subnet',
    },
  ],
  [
    'route-next-hop-unknown',
    [route({ nextHop: '10.0.1.99', source: 'User' })],
    '/routeTables/rt-spoke1/routes/0',
    {
      why: 'the route 10.0.0.0/8 -> None 10.0.1.99  User takes packets for 10.0.1.4, and nothing in reach can take them there',
    },
  ],
  [
    'listener-missing',
    [],
    '/machines/nva1',
    {
      why: 'nva1 says what it listens on, and tcp/22 is not among it',
    },
  ],
])('when the reason is %s then the facts and the near miss are named', (reason, steps, pointer, wanted) => {
  const { why, nearly } = explain(dropped(reason, steps, pointer));
  expect({ why, nearly }).toEqual({ nearly: undefined, ...wanted });
});

test('when an answer meets a device that its SYN went round then both ways are named', () => {
  expect(explain(INVALID)).toEqual({
    why: 'the SYN went through edge-rtr and vgw-hub; the SYN,ACK was sent to nva2, which never saw the SYN',
    nearly:
      'FORWARD 1  -m conntrack --ctstate ESTABLISHED -j ACCEPT: all but ctstate, which is INVALID and not ESTABLISHED (hub-spoke-vpn.yaml:57)',
  });
});

describe('when no rule of a chain lets a packet through', () => {
  const policy = (...near: StepOf<'rule'>['near']): Explanation =>
    explain(
      dropped('filter-default-policy', [
        { type: 'rule', table: 'filter', chain: 'FORWARD', rule: null, action: 'DROP', near },
      ]),
    );
  const known = {
    rule: '1',
    text: '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    failed: '--ctstate',
    wanted: 'RELATED,ESTABLISHED',
    had: 'NEW',
    at: 'hub.yaml:41:9',
  };
  const port = {
    rule: '3',
    text: '-A FORWARD -p tcp --dport 5432 -j ACCEPT',
    failed: '--dport',
    wanted: '5432',
    had: '22',
    at: 'hub.yaml:43:9',
  };
  const source = { ...port, rule: '2', failed: '-s', wanted: '10.9.0.0/16', had: '10.3.0.4' };

  test('then the rule for another port is the nearest, before one for another source', () => {
    expect(policy(known, source, port)).toEqual({
      why: 'no rule at nva1 lets tcp/22 from 141.192.166.93 to 10.0.1.4 through; what remains is FORWARD policy DROP',
      nearly:
        'FORWARD 3  -p tcp --dport 5432 -j ACCEPT: all but --dport, which is 22 and not 5432 (hub.yaml:43)',
    });
  });

  test.each([
    ['the rule for known connections', known],
    ['a rule that drops', { ...port, text: '-A FORWARD -p tcp --dport 5432 -j DROP' }],
  ])('then %s is not near', (_what, near) => {
    expect(policy(near)).toMatchObject({ nearly: undefined });
  });

  test.each([
    ['flags', { ...port, failed: '--tcp-flags', wanted: 'FIN,SYN,RST,ACK SYN', had: 'ACK' }],
    ['an exception', { ...source, wanted: '! 10.3.0.0/16' }],
  ])('then a rule that fails by %s is near', (_what, near) => {
    expect(policy(near)).toMatchObject({ nearly: expect.any(String) });
  });
});

test('when a packet goes round then the round is named', () => {
  const [walk] = TRANSLATED.walks;
  const [hop] = walk!.hops;
  const hops = ['a', 'b', 'c', 'b'].map((node, i) => ({
    ...hop!,
    node,
    steps: i === 3 ? [{ type: 'loop', packet } satisfies Step] : [],
  }));
  const report: WalkReport = {
    ...TRANSLATED,
    walks: [{ ...walk!, verdict: 'looped', hops }],
    blame: { walk: 0, hop: 3, step: 0 },
  };
  expect(explain(report).why).toBe(
    'tcp 141.192.166.93:49567 > 10.0.1.4:22 SYN goes round since hop 2: b > c > b',
  );
});

test('when a walk is delivered then there is nothing to explain', () => {
  expect(explain({ ...TRANSLATED, verdict: 'delivered', blame: null })).toEqual({});
});

test.each(REASON_CODES)('when the reason is %s then a sentence says why', (reason) => {
  expect(explain(dropped(reason, [route({}), denial({}), balance])).why).toMatch(/\w+ \w+/);
});
