/** What each claim wants of a walk, and where a violation shows. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readFlow } from '../cli/flow.ts';
import { readDocument } from '../source/document.ts';
import { readTopology } from '../topology/topology.ts';
import { SessionStore } from '../walk/session.ts';
import type { Claim, Claims } from './claims.ts';
import type { SingleReport } from './fold-report.ts';
import { foldTrace } from './fold-trace.ts';
import { judge } from './judge.ts';
import { trace } from './trace.ts';

const topologyOf = (file: string) =>
  readTopology(readDocument(file, readFileSync(file, 'utf8')).document!).topology!;

const HUB = topologyOf('topologies/hub-spoke-vpn.yaml');
const PUBLIC = topologyOf('topologies/public-lb-nva.yaml');

function walked(
  topology: typeof HUB,
  flow: Parameters<typeof readFlow>[0],
  { picks = {}, noReturn = false }: { picks?: Record<string, string>; noReturn?: boolean } = {},
): SingleReport {
  const { packet, from, to } = readFlow(flow, topology);
  const question = { packet, from, to, picks: new Map(Object.entries(picks)), noReturn, handshake: false };
  const traced = trace(topology, question, new SessionStore());
  if ('problem' in traced) throw new Error(traced.problem);
  return foldTrace(traced, { topology, locate: () => undefined });
}

const SSH = walked(
  HUB,
  { src: 'mgmt-pc', dst: 'vm-prod-1', proto: 'tcp/22' },
  { picks: { 'ilb-hub': 'nva2' } },
);
const ONE_WAY = walked(HUB, { src: 'mgmt-pc', dst: 'vm-prod-1', proto: 'icmp' }, { noReturn: true });
const TRANSLATED = walked(
  PUBLIC,
  { src: 'remote-pc', dst: '20.240.9.27', proto: 'tcp/22' },
  {
    picks: { 'lb-nva-pub': 'nva1' },
  },
);
const DROPPED = walked(PUBLIC, { src: 'remote-pc', dst: '20.240.9.27', proto: 'udp/53' });

const claim = <T>(wanted: T): Claim<T> => ({ wanted, at: '/expect/0' });
const nat = (field: 'src' | 'dst' | 'sport' | 'dport', wanted: string | number) => [
  { field, ...claim(wanted) },
];

type Row = readonly [
  claims: Partial<Claims>,
  found: readonly (readonly [code: string, found: unknown, hop?: number])[],
];

const check =
  (report: SingleReport) =>
  (claims: Partial<Claims>, found: Row[1]): void => {
    const verdict = claim([report.verdict]);
    const violations = judge(report, { verdict, forward: {}, return: {}, ...claims });
    expect(violations.map(({ code, found: had, shows }) => [code, had, shows?.hop])).toEqual(
      found.map(([code, had, hop]) => [code, had, hop]),
    );
  };

const WAY = ['mgmt-pc', 'edge-rtr', 'vgw-hub', 'ilb-hub', 'nva2', 'vm-prod-1'];

const BACK = ['vm-prod-1', 'ilb-hub', 'nva2', 'vgw-hub', 'edge-rtr', 'mgmt-pc'];

describe('when a flow is delivered both ways', () => {
  test.each<Row>([
    [{}, []],
    [{ verdict: claim(['dropped', 'looped']) }, [['expect-verdict', 'delivered', 5]]],
    [{ verdict: claim(['delivered']), reason: claim(['filter-denied']) }, [['expect-reason', null, 5]]],
    [{ end: claim('vm-prod-1') }, []],
    [{ end: claim('nva2') }, [['expect-at', 'vm-prod-1', 5]]],
    [{ forward: { via: claim(WAY) } }, []],
    [{ forward: { via: claim(['vgw-hub', 'nva2']) } }, []],
    [{ forward: { via: claim(['vgw-hub', 'nva1']) } }, [['expect-via', WAY, 2]]],
    [{ forward: { via: claim(['nva2', 'vgw-hub']) } }, [['expect-via', WAY, 4]]],
    [{ forward: { via: claim(['nva1']) } }, [['expect-via', WAY, 0]]],
    [{ return: { via: claim(['vm-prod-1', 'ilb-hub', 'nva2', 'vgw-hub']) } }, []],
    [{ return: { via: claim(['vgw-hub', 'nva2']) } }, [['expect-via', BACK, 3]]],
    [{ notVia: claim(['nva1']) }, []],
    [{ notVia: claim(['nva1', 'nva2', 'vgw-hub']) }, [['expect-not-via', ['vgw-hub', 'nva2'], 1]]],
    [{ return: { notVia: claim(['nva2']) } }, [['expect-not-via', ['nva2'], 1]]],
    [{ throughSame: claim(['nva1', 'nva2']) }, []],
    [{ throughSame: claim(['nva1']) }, [['expect-through-same', ['none', 'none'], 5]]],
    [
      { throughSame: claim(['nva2', 'ilb-hub']) },
      [['expect-through-same', ['ilb-hub and nva2', 'ilb-hub and nva2'], 5]],
    ],
    [{ symmetric: claim(true) }, []],
    [{ symmetric: claim(false) }, [['expect-symmetric', true, 5]]],
    [{ forward: { nat: claim('none') }, return: { nat: claim('none') } }, []],
    [{ forward: { nat: nat('dport', 22) } }, []],
    [{ forward: { nat: nat('src', '10.0.1.5') } }, [['expect-nat', '10.3.0.4', 5]]],
    [{ forward: { encapsulation: claim(['esp', 'vxlan']) } }, []],
    [
      { forward: { encapsulation: claim(['vxlan', 'esp']) } },
      [['expect-encapsulation', ['esp', 'vxlan', 'vxlan', 'vxlan'], 1]],
    ],
    [
      { forward: { encapsulation: claim('none') } },
      [['expect-encapsulation', ['esp', 'vxlan', 'vxlan', 'vxlan'], 1]],
    ],
    [{ forward: { ttl: claim(63) }, return: { ttl: claim(63) } }, []],
    [{ return: { ttl: claim(64) } }, [['expect-ttl', 63, 5]]],
    [{ forward: { mtuAtLeast: claim(1_000) } }, []],
  ])('%j', (claims, found) => check(SSH)(claims, found));
});

describe('when no answer is walked then nothing about it holds', () => {
  test.each<Row>([
    [{ symmetric: claim(true) }, [['expect-symmetric', null, 5]]],
    [{ symmetric: claim(false) }, [['expect-symmetric', null, 5]]],
    [{ throughSame: claim(['nva1', 'nva2']) }, [['expect-through-same', null, 5]]],
    [{ return: { via: claim(['nva1']) } }, [['expect-via', null]]],
    [{ return: { nat: claim('none') } }, [['expect-nat', null]]],
    [{ return: { nat: nat('src', '10.1.0.4') } }, [['expect-nat', null]]],
    [{ return: { encapsulation: claim('none') } }, [['expect-encapsulation', null]]],
    [{ return: { ttl: claim(63) } }, [['expect-ttl', null]]],
    [{ return: { mtuAtLeast: claim(1_000) } }, [['expect-mtu-at-least', null]]],
  ])('%j', (claims, found) => check(ONE_WAY)(claims, found));
});

describe('when addresses are rewritten then the receiver sees the last of them', () => {
  const rewrites = [
    'dst 20.240.9.27 -> 10.0.1.4',
    'dst 10.0.1.4 -> 10.0.2.6',
    'src 141.192.166.93 -> 10.0.2.4',
  ];
  test.each<Row>([
    [
      { forward: { nat: [...nat('src', '10.0.2.4'), ...nat('dst', '10.0.2.6'), ...nat('sport', 49_152)] } },
      [],
    ],
    [{ forward: { nat: nat('src', '141.192.166.93') } }, [['expect-nat', '10.0.2.4', 3]]],
    [{ forward: { nat: claim('none') } }, [['expect-nat', rewrites, 3]]],
    [{ return: { nat: nat('src', '20.240.9.27') } }, []],
  ])('%j', (claims, found) => check(TRANSLATED)(claims, found));
});

describe('when a flow is dropped then nobody sees its packet', () => {
  test.each<Row>([
    [{ reason: claim(['balancer-no-rule']), end: claim('lb-nva-pub') }, []],
    [{ reason: claim(['filter-denied']) }, [['expect-reason', 'balancer-no-rule', 2]]],
    [{ verdict: claim(['delivered']), reason: claim(['filter-denied']) }, [['expect-verdict', 'dropped', 2]]],
    [{ forward: { nat: nat('dst', '20.240.9.27') } }, [['expect-nat', null, 2]]],
    [{ forward: { ttl: claim(64) } }, [['expect-ttl', null, 2]]],
  ])('%j', (claims, found) => check(DROPPED)(claims, found));
});
