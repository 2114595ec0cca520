// Known cases of asymmetric routing through load-balanced appliances: how many flows break, counted by hand, and what mends them.
import { describe, expect, test } from 'vitest';
import { suggestionsFor } from '../src/analyze/suggest/suggest.ts';
import type { Question } from '../src/analyze/trace.ts';
import type { WalkReport } from '../src/report/report.ts';
import { allPaths } from './golden/all-paths.ts';
import { draft, read, tcp } from './golden/draft.ts';

const FRONTENDS = 'test/topologies/two-frontends.yaml';
const HUB = 'topologies/hub-spoke-vpn.yaml';
const PUBLIC = 'test/topologies/public-in-internal-out.yaml';
const NICS = 'test/topologies/two-nics.yaml';
const STEERED = 'test/topologies/steered-public-address.yaml';

const SPOKES = tcp('10.1.0.4', '10.2.0.4');
const WEB = tcp('198.51.100.9', '203.0.113.80', 443);
const ADMIN = tcp('10.3.0.4', '10.1.0.4');

/** Lets pass what a connection begins with, and what it has seen begin. */
const stateful = (node: string): string =>
  `machines.${node}.linux.iptables="*filter\\n-A FORWARD -m conntrack --ctstate INVALID -j DROP\\nCOMMIT"`;

const THIRD = [
  'machines.nva3={nics: {eth0: {subnet: hub/nva, privateIPAddress: 10.0.1.8, enableIPForwarding: true}}, linux: {sysctl: {net.ipv4.ip_forward: 1}}}',
  stateful('nva3'),
  'loadBalancers.ilb.backendPools.nvas.-=nva3/eth0',
];

/** Two choices among n that know nothing of each other differ in n - 1 of n cases. */
const apart = (members: number): number => 1 - 1 / members;

const masquerading = (node: string): string =>
  `machines.${node}.linux.iptables="*nat\\n-A POSTROUTING -j MASQUERADE\\nCOMMIT\\n*filter\\n-A FORWARD -m conntrack --ctstate INVALID -j DROP\\nCOMMIT"`;

const matrixReport = (file: string, settings: readonly string[], question: Question): WalkReport =>
  allPaths(draft(read(file, settings)).topology, question);

const sum = (numbers: readonly (number | null)[]): number =>
  numbers.reduce<number>((total, one) => total + one!, 0);

describe.each<
  [what: string, file: string, settings: readonly string[], question: Question, broken: number, cure: object]
>([
  [
    'a frontend for each direction, two members',
    FRONTENDS,
    [],
    SPOKES,
    apart(2),
    { type: 'route', did: 'changed', table: 'rt-spoke1', nextHop: '10.0.1.7' },
  ],
  [
    'a frontend for each direction, three members',
    FRONTENDS,
    THIRD,
    SPOKES,
    apart(3),
    { type: 'route', did: 'changed', table: 'rt-spoke1', nextHop: '10.0.1.7' },
  ],
  [
    'in by a public load balancer, out by an internal one',
    PUBLIC,
    [],
    WEB,
    apart(2),
    { type: 'rule', chain: 'POSTROUTING', nodes: ['nva1', 'nva2'], rule: '-A POSTROUTING -j MASQUERADE' },
  ],
  [
    'appliances with two NICs, a load balancer before each side',
    NICS,
    [],
    tcp('10.0.8.4', '10.0.9.4', 443),
    apart(2),
    { type: 'rule', chain: 'POSTROUTING', nodes: ['nva1', 'nva2'] },
  ],
  [
    'no routes on the gateway subnet, stateful appliances',
    HUB,
    ['routeTables.rt-gw-snet.routes=[]', stateful('nva1'), stateful('nva2')],
    ADMIN,
    1,
    { type: 'route', did: 'added', table: 'rt-gw-snet', prefix: '10.1.0.0/24', nextHop: '10.0.1.6' },
  ],
  [
    'a public address behind a default route to a firewall',
    STEERED,
    [],
    tcp('198.51.100.9', '203.0.113.20', 443),
    1,
    { type: 'route', did: 'added', table: 'rt-web', prefix: '198.51.100.9/32', nextHopType: 'Internet' },
  ],
])('%s', (_, file, settings, question, broken, cure) => {
  const report = matrixReport(file, settings, question);
  const { pairs, forward, return: back } = report.matrix!;

  test(`then ${Math.round(broken * 1000) / 10}% of flows break, each on its way back at a device that never saw it`, () => {
    const failing = pairs.filter(({ verdict }) => verdict !== 'delivered');
    expect(sum(failing.map(({ share }) => share))).toBeCloseTo(broken);
    expect(sum(pairs.map(({ share }) => share))).toBeCloseTo(1);
    for (const { reason, meets } of failing)
      expect({ reason, meets }).toEqual({ reason: 'session-invalid', meets: [] });
    for (const { verdict, meets } of pairs) if (verdict === 'delivered') expect(meets).toHaveLength(1);
  });

  test('then the ways there and the ways back have all flows between them', () => {
    expect(sum(forward.map(({ share }) => share))).toBeCloseTo(1);
    expect(sum(back.map(({ share }) => share))).toBeCloseTo(1);
  });

  test('then the cure that is known for it is among those that were walked', () => {
    const changes = suggestionsFor(question, draft(read(file, settings))).map((one) => one.changes);
    expect(changes).toContainEqual([expect.objectContaining(cure)]);
  });
});

test.each<[what: string, file: string, settings: readonly string[], question: Question]>([
  [
    'one frontend both ways',
    FRONTENDS,
    ['routeTables.rt-spoke2.routes.to-1.nextHopIpAddress=10.0.1.6', ...THIRD],
    SPOKES,
  ],
  ['the appliances put their own addresses in', FRONTENDS, ['nva1', 'nva2'].map(masquerading), SPOKES],
])('when there is %s then nothing breaks', (_, file, settings, question) => {
  const report = matrixReport(file, settings, question);
  expect(report).toMatchObject({ verdict: 'delivered', symmetric: true });
  for (const { meets } of report.matrix!.pairs) expect(meets).toHaveLength(1);
});
