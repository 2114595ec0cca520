/** The block of a hop: its title, and rows that are told once. */
import { expect, test } from 'vitest';
import type { Step } from '../report/report.ts';
import { DELIVERED } from './delivered.fixture.ts';
import { renderText } from './text.ts';
import { TRANSLATED } from './translated.fixture.ts';

test('when the host of a machine drops a packet then its title has the port that the packet was for', () => {
  const [there] = DELIVERED.walks;
  const hops = there!.hops.map((hop) =>
    hop.node === 'vm-prod-1'
      ? { ...hop, steps: hop.steps.filter(({ phase, type }) => phase === 'host' && type !== 'layer') }
      : hop,
  );
  expect(renderText({ ...DELIVERED, walks: [{ ...there!, hops }] })).toMatch(
    /^ 6 {2}vm-prod-1 +vnet-spoke1\/default {2}eth0$/m,
  );
});

test('when a name fills its column then two spaces still part it from the place', () => {
  const [there] = DELIVERED.walks;
  const node = 'n'.repeat(40);
  const report = { ...DELIVERED, walks: [{ ...there!, hops: [{ ...there!.hops[0]!, node }] }] };
  expect(renderText(report)).toContain(`${node}  on-prem\n`);
});

test('when a rule translates then -v tells it once, with its translation', () => {
  const nat = TRANSLATED.walks[0]!.hops[0]!.steps.find((step) => step.type === 'nat')!;
  const { table = '', chain = '', rule = '', text: written = '' } = nat;
  const matched: Step = { type: 'rule', table, chain, rule, text: written, action: 'DNAT', near: [] };
  const walks = TRANSLATED.walks.map((walk) => ({
    ...walk,
    hops: walk.hops.map((hop) => ({ ...hop, steps: [matched, ...hop.steps] })),
  }));
  const report = { ...TRANSLATED, walks, blame: null };
  const bare = { ...TRANSLATED, blame: null };
  expect(renderText(report, { detail: 1 })).toBe(renderText(bare, { detail: 1 }));
  expect(renderText(report, { detail: 2 })).not.toBe(renderText(bare, { detail: 2 }));
});
