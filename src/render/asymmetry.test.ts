/** Which route is offered, and how the two ways are told, when a device misses what it should have seen. */
import { describe, expect, test } from 'vitest';
import type { Hop, Step, WalkFact, WalkReport } from '../report/report.ts';
import { DELIVERED } from './delivered.fixture.ts';
import { explain } from './explanation.ts';
import { ipv4, tcp } from './walk-parts.fixture.ts';

const packetOf = (src: string, dst: string) => ({
  length: 40,
  layers: [ipv4(src, dst, 64), tcp(1, 2, 'SYN')],
});

/** A walk through these nodes; the route of the first is the sender's. */
function walk(
  direction: WalkFact['direction'],
  flags: readonly string[],
  [src, dst]: readonly [string, string],
  nodes: readonly (readonly [string, (Step | undefined)?])[],
): WalkFact {
  const packet = packetOf(src, dst);
  const hops = nodes.map(([node, step]): Hop => ({
    node,
    kind: 'machine',
    where: `vnet/${node}`,
    in: null,
    steps: step ? [step] : [],
    out: { port: 'fabric', packet },
  }));
  return {
    direction,
    flow: { src, dst, proto: 'tcp', flags },
    packet,
    verdict: 'delivered',
    reason: null,
    hops,
  };
}

const route = (prefix: string, nextHopType: string, nextHop?: string, table = 'system routes'): Step => ({
  type: 'route',
  table,
  prefix,
  nextHopType,
  ...(nextHop !== undefined && { nextHop }),
  source: 'User',
  rejected: [],
  at: 'shop.yaml:12:9',
});

const end = (reason: 'session-invalid' | 'session-missing'): Step => ({
  type: 'drop',
  reason,
  packet: packetOf('10.20.1.4', '10.20.2.4'),
});

const WEB = ['10.20.1.4', '10.20.2.4'] as const;
const DB = ['10.20.2.4', '10.20.1.4'] as const;

const report = (...walks: readonly WalkFact[]): WalkReport => ({
  ...DELIVERED,
  verdict: 'dropped',
  reason: 'session-invalid',
  walks,
  blame: { walk: walks.length - 1, hop: walks.at(-1)!.hops.length - 1, step: 0 },
});

const toFirewall = route('10.20.2.0/24', 'VirtualAppliance', '10.20.3.4', 'rt-front');
const local = route('10.20.0.0/16', 'VnetLocal');

describe('when the SYN,ACK goes round the firewall that the SYN passed', () => {
  const handshake = report(
    walk('forward', ['SYN'], WEB, [['web', toFirewall], ['fw'], ['db']]),
    walk('return', ['SYN', 'ACK'], DB, [['db', local], ['web']]),
    walk('forward', ['ACK'], WEB, [
      ['web', toFirewall],
      ['fw', end('session-invalid')],
    ]),
  );

  test('then the ACK that fits nowhere is put down to that', () => {
    expect(explain(handshake).why).toBe(
      'the SYN went through fw; the SYN,ACK went directly to web, so fw cannot place the ACK',
    );
  });
});

const toSpoke = route('10.20.1.0/24', 'VNetPeering', undefined, 'rt-data');
const back = [
  ['db', route('10.20.1.0/24', 'VirtualAppliance', '10.20.3.4', 'rt-data')],
  ['fw', end('session-invalid')],
] as const;

test('when both ways pass the device then neither is blamed', () => {
  const both = report(
    walk('forward', ['SYN'], WEB, [['web', toSpoke], ['fw'], ['db']]),
    walk('return', ['SYN', 'ACK'], DB, back),
  );
  expect(explain(both)).toEqual({
    why: 'fw cannot place the SYN,ACK in any connection that it knows',
    nearly: undefined,
  });
});
