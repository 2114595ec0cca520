// An established flow: where nothing happens to it, it goes on; and what fails for it fails for new flows or is remembered.
import { describe, expect, test } from 'vitest';
import { branchesOf } from '../src/analyze/branches.ts';
import { foldTrace } from '../src/analyze/fold-trace.ts';
import { traceEstablished } from '../src/analyze/mid-flow.ts';
import type { Question } from '../src/analyze/trace.ts';
import type { SingleReport } from '../src/analyze/fold-report.ts';
import type { Topology } from '../src/topology/topology.ts';
import { SessionStore } from '../src/walk/session.ts';
import { flow, topologyOf } from './golden/flow.ts';

function walked(topology: Topology, asked: Question): SingleReport {
  const traced = traceEstablished(topology, asked, new SessionStore());
  if ('problem' in traced) throw new Error(traced.problem);
  return foldTrace(traced, { topology: { name: 'net', file: 'net.yaml' }, locate: () => undefined });
}

const nodesOf = ({ walks }: SingleReport): readonly (readonly string[])[] =>
  walks.filter(({ direction }) => direction !== 'follow-up').map(({ hops }) => hops.map(({ node }) => node));

describe.each<[string, string, string, number]>([
  ['topologies/hub-spoke-vpn.yaml', '10.3.0.4', '10.1.0.4', 6],
  ['topologies/hub-spoke-vpn.yaml', '10.3.0.4', '10.1.0.4', 17],
  ['topologies/hub-spoke-vpn.yaml', '10.1.0.4', '10.2.0.4', 1],
  ['topologies/public-lb-nva.yaml', '141.192.166.93', '20.240.9.27', 6],
  ['test/topologies/two-ways.yaml', '192.0.2.1', '192.0.2.129', 6],
])('%s, from %s to %s, protocol %i', (file, src, dst, proto) => {
  const topology = topologyOf(file);
  const first = flow(src, dst, proto, false);
  const next: Question = { ...first, established: { in: topology } };

  test('when nothing happens then the next packet goes where the first went', () => {
    const [a, b] = [walked(topology, first), walked(topology, next)];
    expect(b).toMatchObject({ verdict: 'delivered', established: true });
    expect(nodesOf(b)).toEqual(nodesOf(a));
  });

  test('when a node that its packets do not come by fails then it goes on as before', () => {
    const passed = new Set(nodesOf(walked(topology, next)).flat());
    for (const node of topology.declared.nodes.keys()) {
      if (passed.has(node) || node === 'internet') continue;
      expect(nodesOf(walked(topology.failing([node]), next)), node).toEqual(nodesOf(walked(topology, next)));
    }
  });

  test('when it was established down a branch then its next packet stays in it', () => {
    const found = branchesOf(topology, next, 1000);
    if ('problem' in found) throw new Error(found.problem);
    const news = branchesOf(topology, first, 1000);
    if ('problem' in news) throw new Error(news.problem);
    const context = { topology: { name: 'net', file: 'net.yaml' }, locate: () => undefined };
    expect(found.branches.map(({ trace }) => nodesOf(foldTrace(trace, context)))).toEqual(
      news.branches.map(({ trace }) => nodesOf(foldTrace(trace, context))),
    );
  });
});
