/** Events to hops and steps. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validateReport } from '../../test/validate-report.ts';
import { constant } from '../value/term.ts';
import type { Device } from '../walk/device.ts';
import type { Event } from '../walk/event.ts';
import type { Verdict } from '../walk/verdict.ts';
import type { Hop, Step, WalkFact } from '../report/report.ts';
import { device, ended, grammarFaults, locate, syn, walkOf } from './fold-grammar.fixture.ts';
import { foldReport } from './fold-report.ts';
import { foldWalk } from './fold.ts';

const DELIVERED: Verdict = { outcome: 'delivered' };

const fold = (...events: readonly Event[]): WalkFact =>
  foldWalk(walkOf(events), { direction: 'forward', locate });

const entered = (at: Device, port?: string, packet = syn()): Event => ({
  type: 'entered',
  device: at,
  port,
  packet,
});
const sent = (port: string, packet = syn()): Event => ({ type: 'sent', port, packet });

const pc = device('pc');
const nva = device('nva');
const nvaHost = device('nva:host', 'host');
const frontend = device('ilb:fip', 'load-balancer');

const types = (hop: Hop | undefined): readonly string[] => hop?.steps.map((step) => step.type) ?? [];

test('when devices of one node follow each other then they are one hop, and what passes between them is a port', () => {
  const { hops } = fold(
    entered(pc),
    sent('eth0'),
    entered(nvaHost, 'fabric'),
    { type: 'layer', layer: 'acl', phase: 'Inbound' },
    sent('eth0'),
    entered(nva, 'eth0'),
    { type: 'rewrote', kind: 'ttl', field: 'ttl', before: constant(64), after: constant(63) },
    sent('eth0', syn(63)),
    entered(nvaHost, 'eth0', syn(63)),
    sent('fabric', syn(63)),
    entered(frontend, 'fabric', syn(63)),
    ended({ outcome: 'dropped', reason: 'balancer-no-rule', at: '/loadBalancers/ilb' }, syn(63)),
  );
  expect(hops.map(({ node, kind, in: arrived, out }) => [node, kind, arrived?.port, out?.port])).toEqual([
    ['pc', 'machine', undefined, 'eth0'],
    ['nva', 'machine', 'fabric', 'fabric'],
    ['ilb', 'load-balancer', 'fabric', undefined],
  ]);
  expect(types(hops[1])).toEqual(['layer', 'port', 'ttl', 'port']);
  expect(hops[1]?.steps.map(({ phase }) => phase)).toEqual(['host', undefined, undefined, undefined]);
  expect(hops[1]?.steps).toContainEqual(
    expect.objectContaining({ type: 'port', port: 'eth0', direction: 'out' }),
  );
  expect(hops[2]?.steps[0]).toMatchObject({
    type: 'drop',
    pointer: '/loadBalancers/ilb',
    at: 'net.yaml:18:1',
  });
});

test('when a packet is injected at a port then the first hop is entered there', () => {
  const { hops } = fold(entered(nva, 'eth0'), ended(DELIVERED));
  expect(hops[0]?.in?.port).toBe('eth0');
});

test('when a sent packet arrives nowhere then it was seen on the interface all the same', () => {
  const { hops } = fold(
    entered(pc),
    sent('eth0'),
    ended({ outcome: 'dropped', reason: 'node-down', at: undefined }),
  );
  expect(types(hops[0])).toEqual(['port', 'drop']);
  expect(hops[0]?.out).toBeNull();
});

test('when a sent packet leaves the model then its hop is left by that port', () => {
  const { hops } = fold(entered(pc), sent('eth0'), ended({ outcome: 'left', towards: 'site on-prem' }));
  expect(types(hops[0])).toEqual(['leave']);
  expect(hops[0]?.out?.port).toBe('eth0');
});

test('when the packet is folded then every header shows its own fields', () => {
  const { packet, flow } = fold(entered(pc), ended(DELIVERED));
  expect(packet).toEqual({
    length: 40,
    layers: [
      { proto: 'ipv4', src: '10.3.0.4', dst: '10.1.0.4', ttl: 64 },
      { proto: 'tcp', sport: 49152, dport: 22, flags: ['SYN'] },
    ],
  });
  expect(flow).toEqual({
    src: '10.3.0.4',
    dst: '10.1.0.4',
    proto: 'tcp',
    sport: 49152,
    dport: 22,
    flags: ['SYN'],
  });
});

describe('when a walk ends then its last step says how', () => {
  test.each<[Verdict, Partial<Step>]>([
    [DELIVERED, { type: 'deliver', to: '10.1.0.4' }],
    [
      { outcome: 'dropped', reason: 'ttl-expired', at: undefined },
      { type: 'drop', reason: 'ttl-expired', note: 'words' },
    ],
    [{ outcome: 'looped' }, { type: 'loop' }],
    [
      { outcome: 'left', towards: 'Internet' },
      { type: 'leave', towards: 'Internet' },
    ],
    [
      { outcome: 'unknown', missing: 'a port', at: undefined },
      { type: 'unknown', missing: 'a port' },
    ],
  ])('%j', (verdict, step) => {
    const walk = fold(entered(pc), ended(verdict, syn(), 'words'));
    expect(walk.hops[0]?.steps).toEqual([expect.objectContaining(step)]);
    expect(walk.verdict).toBe(verdict.outcome);
    expect(grammarFaults(walk)).toEqual([]);
    expect(validateReport(foldReport([walk], { topology: { name: 'net', file: 'net.yaml' } }))).toEqual([]);
  });
});

test('when a packet goes any way at all then its hops keep the grammar', () => {
  const somewhere = fc.constantFrom(pc, nva, nvaHost, frontend, device('vm'), device('vm:host'));
  const note = fc.constantFrom<Event>(
    { type: 'layer', layer: 'acl', phase: 'Inbound' },
    { type: 'assumed', code: 'balancer-protocol' },
    { type: 'originated', packet: syn(9), cause: 'ttl-expired' },
  );
  const visit = fc.record({ at: somewhere, notes: fc.array(note, { maxLength: 2 }) });
  const verdicts = fc.constantFrom<Verdict>(
    DELIVERED,
    { outcome: 'looped' },
    { outcome: 'left', towards: 'Internet' },
    { outcome: 'dropped', reason: 'route-none', at: '/x' },
    { outcome: 'unknown', missing: 'all', at: undefined },
  );
  const ways = fc.record({
    visits: fc.array(visit, { minLength: 1 }),
    injected: fc.boolean(),
    sentLast: fc.boolean(),
    verdict: verdicts,
  });
  fc.assert(
    fc.property(ways, ({ visits, injected, sentLast, verdict }) => {
      const events = visits.flatMap(({ at, notes }, i): Event[] => [
        ...(i > 0 ? [sent('out')] : []),
        entered(at, i > 0 || injected ? 'in' : undefined),
        ...notes,
      ]);
      const walk = fold(...events, ...(sentLast ? [sent('out')] : []), ended(verdict));
      expect(grammarFaults(walk)).toEqual([]);
      expect(validateReport(foldReport([walk], { topology: { name: 'net', file: 'net.yaml' } }))).toEqual([]);
    }),
  );
});
