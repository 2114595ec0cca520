// --all-paths says what the single walks say, each with other picks: no outcome more, and none less.
import { describe, expect, test } from 'vitest';
import { branchesOf } from '../src/analyze/branches.ts';
import { failuresOf } from '../src/analyze/failures.ts';
import { breakingIn } from '../src/analyze/fold-failures.ts';
import { foldTrace } from '../src/analyze/fold-trace.ts';
import { trace, type Question } from '../src/analyze/trace.ts';
import { renderMinimal } from '../src/render/minimal.ts';
import type { Answer, BranchFact } from '../src/report/report.ts';
import type { Topology } from '../src/topology/topology.ts';
import type { Picks } from '../src/walk/concrete.ts';
import { SessionStore } from '../src/walk/session.ts';
import { flow, topologyOf } from './golden/flow.ts';
import { allPaths, NOWHERE as context } from './golden/all-paths.ts';

/** What a reader would compare: where the packets went, and what became of them. */
const storyOf = ({ verdict, reason, walks }: Answer): string =>
  [verdict, reason, renderMinimal({ walks } as Parameters<typeof renderMinimal>[0])].join('\n');

function single(topology: Topology, asked: Question, picks: Picks): string {
  const traced = trace(topology, { ...asked, picks }, new SessionStore());
  if ('problem' in traced) throw new Error(traced.problem);
  return storyOf(foldTrace(traced, context));
}

/** Every way to pick one option of each choice that any branch came to. */
function allPicks(branches: readonly BranchFact[]): readonly Picks[] {
  const choices = new Map(
    branches.flatMap((branch) => branch.choices.map(({ node, options }) => [node, options] as const)),
  );
  return [...choices].reduce<readonly Picks[]>(
    (all, [node, options]) =>
      all.flatMap((picks) => options.map((option) => new Map([...picks, [node, option]]))),
    [new Map()],
  );
}

describe.each<[string, string, string, number, number]>([
  ['topologies/hub-spoke-vpn.yaml', '10.3.0.4', '10.1.0.4', 6, 2],
  ['topologies/hub-spoke-vpn.yaml', '10.1.0.4', '10.2.0.4', 1, 2],
  ['topologies/public-lb-nva.yaml', '141.192.166.93', '20.240.9.27', 6, 8],
  ['topologies/public-lb-nva.yaml', '8.8.8.8', '20.240.9.27', 6, 8],
  ['test/topologies/two-frontends.yaml', '10.1.0.4', '10.2.0.4', 6, 4],
  ['test/topologies/two-frontends.yaml', '10.2.0.4', '10.1.0.4', 17, 4],
])('%s, from %s to %s, protocol %i', (file, src, dst, proto, count) => {
  const topology = topologyOf(file);
  const asked = flow(src, dst, proto, true);
  const report = allPaths(topology, asked);
  const branches = report.branches!;

  test(`then there are ${count} branches at least, and the usual one is the first`, () => {
    expect(branches.length).toBeGreaterThanOrEqual(count);
    expect(storyOf(branches[0]!)).toBe(single(topology, asked, new Map()));
  });

  test('then they are the outcomes of all single walks', () => {
    const stories = new Set(branches.map(storyOf));
    expect(new Set(allPicks(branches).map((picks) => single(topology, asked, picks)))).toEqual(stories);
  });

  test('then each can be had with the picks that it names, and the shares add up', () => {
    for (const branch of branches) {
      const picks = new Map(branch.choices.map(({ node, picked }) => [node, picked]));
      expect(single(topology, asked, picks)).toBe(storyOf(branch));
    }
    expect(branches.reduce((sum, { share }) => sum + share!, 0)).toBeCloseTo(1);
  });

  test('then a bound cuts them, and says so', () => {
    expect(allPaths(topology, asked, 1)).toMatchObject({ cut: true, branches: { length: 1 } });
    expect(report.cut).toBeUndefined();
  });
});

describe.each<[string, string, string, readonly string[]]>([
  ['topologies/hub-spoke-vpn.yaml', '10.3.0.4', '10.1.0.4', ['mgmt-pc', 'vm-prod-1']],
  ['topologies/public-lb-nva.yaml', '141.192.166.93', '20.240.9.27', ['remote-pc', 'vm-prod-1']],
  ['test/topologies/two-frontends.yaml', '10.1.0.4', '10.2.0.4', ['vm1', 'vm2']],
  ['test/topologies/two-ways.yaml', '192.0.2.1', '192.0.2.129', ['left', 'right']],
])('%s: what a flow from %s to %s does not survive', (file, src, dst, ends) => {
  const topology = topologyOf(file);
  const asked = flow(src, dst, 6, false);

  /** Whether every branch arrives with these failures. */
  function survives(failed: readonly string[]): boolean {
    const found = branchesOf(topology.failing(failed), asked, 1000);
    if ('problem' in found) throw new Error(found.problem);
    return found.branches.every((branch) => foldTrace(branch.trace, context).verdict === 'delivered');
  }

  /** All links, and all nodes and ports but those of the ends, whether a packet comes by them or not. */
  const links = new Map([...topology.links()].toReversed().map(([name, link]) => [link, name]));
  const nodesAndPorts = [...topology.declared.nodes]
    .filter(([name]) => !ends.includes(name) && name !== 'internet')
    .flatMap(([name, { ports, innerPorts = [] }]) => [
      name,
      ...[...ports, ...innerPorts].map((port) => `${name}/${port}`),
    ]);
  const elements = [...nodesAndPorts, ...links.values()];
  const pairs = elements.flatMap((a, i) => elements.slice(i + 1).map((b) => [a, b]));
  const isWithin = (smaller: readonly string[], larger: readonly string[]): boolean =>
    smaller.every((one) => {
      const ends = topology.links().get(one)?.ends?.() ?? [];
      return larger.some((other) => other === one || other.startsWith(`${one}/`) || ends.includes(other));
    });

  test('then that is what all single failures and pairs of them say', () => {
    const broken = [...(survives([]) ? [] : [[]]), ...elements.map((one) => [one]), ...pairs].filter(
      (set) => !survives(set),
    );
    const least = broken.filter((set) => !broken.some((other) => other !== set && isWithin(other, set)));
    const bounds = { most: 2, sets: 1000, branches: 1000 };
    const { breaking } = failuresOf(topology, asked, bounds, breakingIn(context));
    const found = breaking.map(({ broken: { fail } }) => fail);
    expect(new Set(found.map((set) => set.join(' ')))).toEqual(
      new Set(least.map((set) => set.toSorted().join(' '))),
    );
  });
});
