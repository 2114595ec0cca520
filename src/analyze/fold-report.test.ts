/** Walks to one answer: whose verdict counts, what is to blame, and whether both ways are the same. */
import { describe, expect, test } from 'vitest';
import type { Hop, Step, WalkFact } from '../report/report.ts';
import type { Outcome } from '../walk/verdict.ts';
import { foldReport } from './fold-report.ts';

const context = { topology: { name: 'net', file: 'net.yaml' } };
const packet = { length: 0, layers: [] };
const flow = { src: '10.3.0.4', dst: '10.1.0.4', proto: 'tcp' };

const session = (table: string): Step => ({
  type: 'session',
  did: 'opened',
  table,
  original: flow,
  reply: null,
});

/** Nodes with the table that they remember the flow in: `nva:conntrack`. */
const hop = (text: string): Hop => {
  const [node = '', table] = text.split(':');
  return { node, kind: 'machine', in: null, steps: table === undefined ? [] : [session(table)], out: null };
};

function walk(direction: WalkFact['direction'], way: string, verdict: Outcome = 'delivered'): WalkFact {
  const hops = way.split(' ').map(hop);
  const end: Step =
    verdict === 'dropped'
      ? { type: 'drop', reason: 'route-none', packet }
      : { type: 'deliver', to: '', packet };
  const last = hops.at(-1);
  if (last) hops[hops.length - 1] = { ...last, steps: [...last.steps, end] };
  return { direction, flow, packet, verdict, reason: verdict === 'dropped' ? 'route-none' : null, hops };
}

describe('when there is a way back then the stateful devices between the ends are compared', () => {
  test.each<[string, string, Outcome, boolean | null, readonly string[], readonly string[]]>([
    ['pc nva:conntrack vm', 'vm nva:host-flow pc', 'delivered', true, ['nva'], ['nva']],
    ['pc vm', 'vm nva:conntrack pc', 'delivered', false, [], ['nva']],
    ['pc nva:conntrack vm', 'vm pc', 'delivered', false, ['nva'], []],
    ['pc nva:conntrack vm', 'vm nva2:conntrack pc', 'delivered', false, ['nva'], ['nva2']],
    ['pc ilb:load-balancer vm', 'vm pc', 'delivered', true, [], []],
    ['pc:host-flow vm:host-flow', 'vm:host-flow pc:host-flow', 'delivered', true, [], []],
    ['pc vm', 'vm nva:conntrack', 'dropped', false, [], ['nva']],
    ['pc nva:conntrack vm', 'vm nva:conntrack', 'dropped', true, ['nva'], ['nva']],
    ['pc nva:conntrack vm', 'vm fw', 'dropped', null, ['nva'], []],
    ['pc vm', 'vm fw', 'dropped', null, [], []],
  ])('%s | %s, %s: %j', (there, back, verdict, symmetric, forward, answer) => {
    const report = foldReport([walk('forward', there), walk('return', back, verdict)], context);
    expect(report.symmetric).toBe(symmetric);
    expect(report.through).toEqual({ forward, return: answer });
  });

  test('and a device where the packet was injected is one of them', () => {
    const there = walk('forward', 'nva:conntrack vm');
    const hops = there.hops.map((one, i) => (i === 0 ? { ...one, in: { port: 'eth0', packet } } : one));
    const report = foldReport([{ ...there, hops }, walk('return', 'vm nva:conntrack pc')], context);
    expect(report.through).toEqual({ forward: ['nva'], return: ['nva'] });
    expect(report.symmetric).toBe(true);
  });

  test('and without one there is nothing to compare', () => {
    const report = foldReport([walk('forward', 'pc nva:conntrack', 'dropped')], context);
    expect(report.symmetric).toBeNull();
    expect(report.through).toEqual({ forward: ['nva'], return: [] });
  });
});

test.each<[string, readonly WalkFact[], Outcome, object | null]>([
  ['all were delivered', [walk('forward', 'a b'), walk('return', 'b a')], 'delivered', null],
  ['the first was dropped', [walk('forward', 'a b:x', 'dropped')], 'dropped', { walk: 0, hop: 1, step: 1 }],
  [
    'the answer was dropped',
    [walk('forward', 'a b'), walk('return', 'b', 'dropped')],
    'dropped',
    { walk: 1, hop: 0, step: 0 },
  ],
  [
    'only a follow-up was dropped',
    [walk('forward', 'a b'), walk('follow-up', 'b', 'dropped')],
    'delivered',
    null,
  ],
])('when %s then the verdict and the blame are its', (_case, walks, verdict, blame) => {
  const report = foldReport(walks, context);
  expect(report.verdict).toBe(verdict);
  expect(report.reason).toBe(verdict === 'dropped' ? 'route-none' : null);
  expect(report.blame).toEqual(blame);
});

test('when something is assumed twice then it is told once, in the order of first appearance', () => {
  const assume = (code: 'balancer-hash' | 'balancer-protocol', about?: string): Step => ({
    type: 'assume',
    code,
    ...(about !== undefined && { about }),
  });
  const steps = [
    assume('balancer-protocol'),
    assume('balancer-hash', 'a'),
    assume('balancer-hash', 'b'),
    assume('balancer-protocol'),
  ];
  const one = { ...walk('forward', 'a b'), hops: [{ ...hop('a'), steps }] };
  const { assumptions } = foldReport([one, one], {
    ...context,
    supposed: [{ code: 'source-port', about: '49152' }],
  });
  expect(assumptions.map(({ code, about }) => [code, about])).toEqual([
    ['source-port', '49152'],
    ['balancer-protocol', undefined],
    ['balancer-hash', 'a'],
    ['balancer-hash', 'b'],
  ]);
  expect(assumptions[0]?.text).toMatch(/^No --sport was given: .* \(49152\)$/);
  expect(assumptions.every(({ text }) => !text.includes('\n'))).toBe(true);
});
