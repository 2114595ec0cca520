// The cause that `nettrace compare` names, held against all sets of changes, walked one by one.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { outlineOf } from '../src/analyze/outline.ts';
import { answerOnce } from '../src/cli/answer.ts';
import { comparer } from '../src/cli/compare/comparer.ts';
import { readSides } from '../src/cli/compare/sides.ts';
import type { CompareOptions } from '../src/cli/compare.ts';
import { readPicks } from '../src/cli/pick.ts';
import { readQuestion } from '../src/cli/question.ts';
import type { Topology } from '../src/topology/topology.ts';
import { SessionStore } from '../src/walk/session.ts';
import { ROOT } from './golden/run.ts';

const TOPOLOGY = join(ROOT, 'topologies', 'hub-spoke-vpn.yaml');
const INVALID = '*filter\n-A FORWARD -m conntrack --ctstate INVALID -j DROP\nCOMMIT\n';

/** Some do nothing to the flow, some do it alone, some together, some undo what others do. */
const SETTINGS = [
  'routeTables.rt-gw-snet.routes.to-spoke1=',
  `machines.nva2.linux.iptables=${INVALID}`,
  'machines.nva2.nics.eth0.enableIPForwarding=false',
  'machines.nva1.nics.eth0.enableIPForwarding=false',
  'vnets.vnet-spoke2.vni=10021',
  'routeTables.rt-spoke1.routes.to-onprem.nextHopIpAddress=10.0.1.4',
  'machines.nva2.listeners=[]',
];

const FLOW = { src: 'mgmt-pc', dst: 'vm-prod-1', proto: 'tcp/22' };

function* subsetsOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let bits = 1; bits < 2 ** all.length; bits++) yield all.filter((_, i) => bits & (1 << i));
}

function outlineIn(topology: Topology, options: CompareOptions): string {
  const asked = readQuestion(FLOW, undefined, options, readPicks([], topology), topology);
  return outlineOf(answerOnce(asked, { topology, locate: () => undefined }, new SessionStore()));
}

describe('when a topology is changed in several ways then the cause is the smallest set of changes that does the same', () => {
  const wanted = [...subsetsOf(SETTINGS)].filter((_, i) => i % 4 === 0);

  test.each(
    wanted.map((set) => [set.map((one) => one.split('=')[0]!.split('.').slice(1).join('.')).join(', '), set]),
  )('%s', (_names, set) => {
    const options: CompareOptions = { set, return: true, format: 'json', color: 'never' };
    const sides = readSides({ a: TOPOLOGY, b: undefined, options })!;
    const { blended } = sides;
    const { flow } = comparer(sides, options)(undefined, FLOW);
    const outline = outlineIn(sides.b.topology, options);
    const does = [...subsetsOf([...blended.changes.keys()])].filter((changes) => {
      const topology = blended.topologyOf(changes);
      return topology && outlineIn(topology, options) === outline;
    });
    if (flow.outcome === 'same') expect(outlineIn(sides.a.topology, options)).toBe(outline);
    else {
      const { changes, smallest } = flow.difference!.cause!;
      expect(smallest).toBe(true);
      expect(does).toContainEqual(changes);
      expect(changes.length).toBe(Math.min(...does.map(({ length }) => length)));
    }
  });
});
