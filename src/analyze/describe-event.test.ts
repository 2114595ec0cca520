/** One event, one step. */
import { expect, test } from 'vitest';
import { validateReport } from '../../test/validate-report.ts';
import type { Step } from '../report/report.ts';
import { parsePrefix, type Prefix } from '../value/prefix.ts';
import { constant } from '../value/term.ts';
import type { Event } from '../walk/event.ts';
import { address, device, ended, locate, syn, walkOf } from './fold-grammar.fixture.ts';
import { foldReport } from './fold-report.ts';
import { foldWalk } from './fold.ts';

const prefix = (text: string): Prefix => {
  const parsed = parsePrefix(text);
  if ('problem' in parsed) throw new Error(text);
  return parsed;
};
const flow = {
  proto: constant(6),
  src: address('10.3.0.4'),
  dst: address('2001:db8::1'),
  sport: constant(1024),
  dport: constant(22),
};
const rule = { rule: '2', text: '-j DROP', at: '/machines/nva/linux/iptables#4' };

test.each<[string, Event, Step]>([
  [
    'layer',
    { type: 'layer', layer: 'acl', phase: 'Inbound' },
    { type: 'layer', layer: 'acl', direction: 'Inbound' },
  ],
  [
    'matched rule',
    {
      type: 'matched',
      table: 'filter',
      chain: 'FORWARD',
      rule,
      action: 'DROP',
      near: () => [{ rule: { rule: '1' }, failed: 'dport', wanted: '80', had: '22' }],
    },
    {
      type: 'rule',
      table: 'filter',
      chain: 'FORWARD',
      rule: '2',
      text: '-j DROP',
      action: 'DROP',
      near: [{ rule: '1', failed: 'dport', wanted: '80', had: '22' }],
      at: 'net.yaml:30:1',
    },
  ],
  [
    'policy',
    { type: 'matched', table: 'filter', chain: 'FORWARD', rule: undefined, action: 'ACCEPT' },
    { type: 'rule', table: 'filter', chain: 'FORWARD', rule: null, action: 'ACCEPT', near: [] },
  ],
  [
    'route',
    {
      type: 'routed',
      table: 'rt',
      route: {
        prefix: prefix('10.0.0.0/8'),
        nextHopType: 'None',
        source: 'User',
        at: '/routeTables/rt/routes/0',
      },
      rejected: () => [
        {
          route: {
            prefix: prefix('::/0'),
            nextHopType: 'via',
            nextHop: 'fe80::1',
            source: 'main',
            interface: 'eth0',
          },
          why: 'shorter-prefix',
        },
      ],
    },
    {
      type: 'route',
      table: 'rt',
      prefix: '10.0.0.0/8',
      nextHopType: 'None',
      source: 'User',
      rejected: [
        {
          prefix: '::/0',
          nextHopType: 'via',
          nextHop: 'fe80::1',
          source: 'main',
          interface: 'eth0',
          why: 'shorter-prefix',
        },
      ],
      at: 'net.yaml:24:1',
    },
  ],
  [
    'no route',
    { type: 'routed', table: 'main', route: undefined },
    { type: 'route', table: 'main', prefix: null, rejected: [] },
  ],
  [
    'translation',
    {
      type: 'rewrote',
      kind: 'dnat',
      field: 'dst',
      before: address('10.0.0.1'),
      after: address('2001:db8::9'),
      table: 'nat',
      chain: 'PREROUTING',
      rule,
    },
    {
      type: 'nat',
      kind: 'dnat',
      field: 'dst',
      before: '10.0.0.1',
      after: '2001:db8::9',
      table: 'nat',
      chain: 'PREROUTING',
      rule: '2',
      text: '-j DROP',
      at: 'net.yaml:30:1',
    },
  ],
  [
    'port translation',
    { type: 'rewrote', kind: 'snat', field: 'sport', before: constant(1), after: constant(2) },
    { type: 'nat', kind: 'snat', field: 'sport', before: 1, after: 2 },
  ],
  [
    'mark',
    { type: 'rewrote', kind: 'mark', field: 'mark', before: constant(0), after: constant(16) },
    { type: 'mark', before: 0, after: 16 },
  ],
  [
    'code point',
    { type: 'rewrote', kind: 'dscp', field: 'dscp', before: constant(0), after: constant(46) },
    { type: 'dscp', before: 0, after: 46 },
  ],
  [
    'pushed',
    {
      type: 'pushed',
      tunnel: 'vxlan',
      octets: 50,
      headers: [
        { proto: 'vxlan', vni: constant(7) },
        { proto: 'ethernet', src: constant(1), dst: constant(0xffffffffffff) },
      ],
      stands: address('10.0.1.6'),
    },
    {
      type: 'encapsulate',
      header: 'vxlan',
      octets: 50,
      layers: [
        { proto: 'vxlan', vni: 7 },
        { proto: 'ethernet', src: '00:00:00:00:00:01', dst: 'ff:ff:ff:ff:ff:ff' },
      ],
      vni: 7,
      standsFor: '10.0.1.6',
    },
  ],
  [
    'popped',
    {
      type: 'popped',
      tunnel: 'esp',
      headers: [{ proto: 'esp', spi: constant(4096), seq: constant(1), suite: 'aes256-gcm' }],
      at: '/c',
    },
    {
      type: 'decapsulate',
      header: 'esp',
      layers: [{ proto: 'esp', spi: 4096, seq: 1, suite: 'aes256-gcm' }],
      spi: 4096,
      at: 'net.yaml:2:1',
    },
  ],
  [
    'session',
    {
      type: 'session',
      did: 'opened',
      table: 'conntrack',
      original: flow,
      reply: undefined,
      pin: 'nva',
      state: 'NEW',
    },
    {
      type: 'session',
      did: 'opened',
      table: 'conntrack',
      original: { src: '10.3.0.4', dst: '2001:db8::1', proto: 'tcp', sport: 1024, dport: 22 },
      reply: null,
      pin: 'nva',
      state: 'NEW',
    },
  ],
  [
    'ping session',
    {
      type: 'session',
      did: 'matched',
      table: 'conntrack',
      original: { ...flow, proto: constant(1) },
      reply: { ...flow, proto: constant(89) },
    },
    {
      type: 'session',
      did: 'matched',
      table: 'conntrack',
      original: { src: '10.3.0.4', dst: '2001:db8::1', proto: 'icmp', id: 1024 },
      reply: { src: '10.3.0.4', dst: '2001:db8::1', proto: '89' },
    },
  ],
  [
    'resolved',
    { type: 'resolved', address: address('10.0.0.1'), to: constant(255), form: 'mac', owner: 'nva/eth0' },
    { type: 'resolve', address: '10.0.0.1', to: '00:00:00:00:00:ff', owner: 'nva/eth0' },
  ],
  [
    'no backend',
    {
      type: 'chose',
      frontend: 'fip',
      rule: { rule: 'ha' },
      pool: 'nvas',
      members: [{ name: 'a', up: false, why: 'node-down' }],
      hash: ['src'],
      picked: '',
      how: 'only',
    },
    {
      type: 'balance',
      frontend: 'fip',
      rule: 'ha',
      pool: 'nvas',
      members: [{ name: 'a', health: 'down', why: 'node-down' }],
      hash: ['src'],
      picked: null,
      how: 'only',
    },
  ],
  [
    'assumed',
    { type: 'assumed', code: 'balancer-hash', about: 'ilb' },
    { type: 'assume', code: 'balancer-hash', about: 'ilb' },
  ],
])('when an event is folded, %s, then its step has the same facts in plain values', (_name, event, step) => {
  const begun: Event = { type: 'entered', device: device('pc'), port: undefined, packet: syn() };
  const events = [begun, event, ended({ outcome: 'delivered' })];
  const walk = foldWalk(walkOf(events), { direction: 'forward', locate });
  expect(walk.hops[0]?.steps[0]).toEqual(step);
  expect(validateReport(foldReport([walk], { topology: { name: 'net', file: 'net.yaml' } }))).toEqual([]);
});
