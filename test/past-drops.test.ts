// --past-drops walks as ever up to the first check that would stop a packet, and is nothing else where none would.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { foldTrace } from '../src/analyze/fold-trace.ts';
import { trace, type Question } from '../src/analyze/trace.ts';
import type { Hop, WalkReport } from '../src/report/report.ts';
import type { Topology } from '../src/topology/topology.ts';
import { formatAddress } from '../src/value/address.ts';
import { SessionStore } from '../src/walk/session.ts';
import { draft, read, tcp } from './golden/draft.ts';
import { ROOT } from './golden/run.ts';

const FILES = ['topologies', 'test/topologies'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${folder}/${name}`),
);

const CHECKS = [
  'filter-denied',
  'filter-default-policy',
  'session-missing',
  'session-invalid',
  'reverse-path-failed',
  'source-spoofed',
  'nic-forwarding-off',
  'public-inbound-closed',
];

const MOST_ENDS = 9;

/** Flows from each of some addresses of the topology to each other one. */
function flowsIn({ declared }: Topology): readonly Question[] {
  const ends = [...declared.nodes.values()]
    .flatMap(({ addresses }) => addresses)
    .map(({ address }) => address)
    .slice(0, MOST_ENDS);
  return ends.flatMap((src) =>
    ends
      .filter((dst) => dst !== src && typeof dst === typeof src)
      .map((dst) => ({ ...tcp(formatAddress(src), formatAddress(dst)), handshake: true })),
  );
}

function report(topology: Topology, question: Question): WalkReport | undefined {
  const traced = trace(topology, question, new SessionStore());
  return 'problem' in traced
    ? undefined
    : foldTrace(traced, { topology: { name: '', file: '' }, locate: () => undefined });
}

/** What happened before the step, but for the errors that a rule sends that rejects. */
const before = ({ walks }: WalkReport, { walk, hop, step }: NonNullable<WalkReport['blame']>): unknown => {
  const hops: readonly Hop[] = walks[walk]!.hops;
  const last = hops[hop]!.steps.slice(0, step).filter(({ type }) => type !== 'originate');
  return [walks.slice(0, walk), hops.slice(0, hop), hops[hop]!.in, last];
};

let blocked = 0;

test.each(FILES)('%s', (file) => {
  const { topology } = draft(read(file, []));
  for (const question of flowsIn(topology)) {
    const plain = report(topology, question);
    const past = report(topology, { ...question, pastDrops: true });
    if (!plain || !past) continue;
    if (past.blockers === undefined) {
      expect(past).toEqual(plain);
      continue;
    }
    blocked++;
    const { verdict, reason, blame } = plain;
    expect({ verdict, reason }).toEqual({ verdict: past.verdict, reason: past.reason });
    expect(CHECKS).toContain(reason);
    expect([past.blame!.walk, past.blame!.hop]).toEqual([blame!.walk, blame!.hop]);
    expect(before(past, past.blame!)).toEqual(before(plain, blame!));
  }
});

test('when flows are walked then some are blocked', () => {
  expect(blocked).toBeGreaterThan(10);
});
