// What nettrace suggests was walked: given back as --set it lets the flow through, and what does not help is not told.
import { describe, expect, test } from 'vitest';
import { suggestionsFor, type Draft } from '../src/analyze/suggest/suggest.ts';
import type { Question } from '../src/analyze/trace.ts';
import { readTopology } from '../src/topology/topology.ts';
import { allPaths } from './golden/all-paths.ts';
import { draft, read, tcp } from './golden/draft.ts';

const HUB = 'topologies/hub-spoke-vpn.yaml';
const ADMIN = tcp('10.3.0.4', '10.1.0.4');
const STATEFUL = ['nva1', 'nva2'].map(
  (node) =>
    `machines.${node}.linux.iptables="*filter\\n-A FORWARD -m conntrack --ctstate INVALID -j DROP\\nCOMMIT"`,
);

const WRONG: readonly [what: string, file: string, settings: readonly string[], question: Question][] = [
  ['no routes on the gateway subnet', HUB, ['routeTables.rt-gw-snet.routes=[]', ...STATEFUL], ADMIN],
  [
    'a gateway subnet without a route table',
    HUB,
    ['vnets.vnet-hub.subnets.GatewaySubnet.routeTable=', ...STATEFUL],
    ADMIN,
  ],
  ['no route back', HUB, ['routeTables.rt-spoke1.routes.to-onprem='], ADMIN],
  ['a mistyped next hop', HUB, ['routeTables.rt-gw-snet.routes.to-spoke1.nextHopIpAddress=10.0.1.60'], ADMIN],
  ['a NIC that does not forward', HUB, ['machines.nva2.nics.eth0.enableIPForwarding=false'], ADMIN],
  ['a kernel that does not forward', HUB, ['machines.nva2.linux.sysctl.net.ipv4.ip_forward=0'], ADMIN],
  [
    'a kernel whose settings are a text',
    HUB,
    ['machines.nva2.linux.sysctl="net.ipv4.ip_forward = 0\\n"'],
    ADMIN,
  ],
  [
    'a chain that drops',
    HUB,
    ['machines.nva2.linux.iptables="*filter\\n:FORWARD DROP [0:0]\\nCOMMIT"'],
    ADMIN,
  ],
  ['two frontends', 'test/topologies/two-frontends.yaml', [], tcp('10.1.0.4', '10.2.0.4')],
  ['no listener', HUB, ['machines.vm-prod-1.listeners=[tcp/443]'], ADMIN],
  ['a security group that denies', 'test/topologies/security-groups.yaml', [], tcp('10.30.2.4', '10.30.2.5')],
];

test.each(WRONG)(
  'when there is %s then what is suggested helps as --set too',
  (_, file, settings, question) => {
    const suggestions = suggestionsFor(question, draft(read(file, settings)));
    expect(suggestions).not.toEqual([]);
    for (const { set, verdict, branches } of suggestions) {
      const { topology } = readTopology(read(file, [...settings, ...set]));
      const report = allPaths(topology!, question);
      expect(report).toMatchObject({ verdict, symmetric: true });
      expect(report.branches).toHaveLength(branches);
    }
  },
);

const first = (file: string, settings: readonly string[], question: Question): unknown =>
  suggestionsFor(question, draft(read(file, settings)))[0]?.changes;

test('when two things are wrong then both are told, and neither alone', () => {
  const settings = ['nics.eth0.enableIPForwarding=false', 'linux.sysctl.net.ipv4.ip_forward=0'].map(
    (one) => `machines.nva2.${one}`,
  );
  expect(first(HUB, settings, ADMIN)).toMatchObject([
    { pointer: '/machines/nva2/nics/eth0', key: 'enableIPForwarding' },
    { key: 'net.ipv4.ip_forward', value: '1' },
  ]);
});

test('when a change would bring the answer home by another way then it is none', () => {
  const suggestions = suggestionsFor(ADMIN, draft(read(HUB, ['routeTables.rt-spoke1.routes.to-onprem='])));
  expect(JSON.stringify(suggestions)).not.toContain('disableBgpRoutePropagation');
});

describe('when nothing helps', () => {
  const tried: number[] = [];
  const counting = (one: Draft): Draft => ({
    ...one,
    changed: (settings) => {
      tried.push(settings.length);
      const changed = one.changed(settings);
      return changed && counting(changed);
    },
  });

  test('then nothing is told, after a bounded number of tries', () => {
    const nobody = tcp('10.3.0.4', '10.1.0.77');
    expect(suggestionsFor(nobody, counting(draft(read(HUB, []))))).toEqual([]);
    const closed = read(HUB, [
      'routeTables.rt-gw-snet.routes=[]',
      'routeTables.rt-spoke1.routes=[]',
      'machines.vm-prod-1.linux.iptables="*raw\\n-A PREROUTING -j DROP\\nCOMMIT"',
      'vnets.vnet-spoke1.peerings=',
      'vnets.vnet-spoke2.peerings=',
    ]);
    suggestionsFor(ADMIN, counting(draft(closed)));
    expect(tried.length).toBeLessThanOrEqual(32);
  });
});
