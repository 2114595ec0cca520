/** One entry of `expect:` read against its topology: which flows are walked, and what is claimed of each. */
import type { Expectation, Flows } from '../../analyze/check.ts';
import type { ExpectationText } from '../../topology/expectation-schema.ts';
import type { Topology } from '../../topology/topology.ts';
import { below, type Cite } from '../../walk/cite.ts';
import { checkFailures } from '../load.ts';
import { readPicks } from '../pick.ts';
import { attempt, type Report } from './mistake.ts';
import type { Network, PlaceIn } from './network.ts';
import { readClaims } from './read-claims.ts';
import { readFlows } from './read-flows.ts';

/** The expectation; undefined when it has a mistake, which is then reported. */
export function readExpectation(
  text: ExpectationText,
  at: Cite,
  base: Network,
  report: Report,
  placeIn: PlaceIn,
): Expectation | undefined {
  const network = text.set ? base.changed(text.set, below(at, 'set'), report, placeIn) : base;
  if (!network) return undefined;
  const { topology } = network;
  let isGood = true;
  const mistake: Report = (...said) => {
    isGood = false;
    report(...said);
  };
  const failures = text.fail ?? [];
  for (const [i, one] of failures.entries())
    attempt(below(at, 'fail', i), mistake, () => checkFailures(topology, [one]));
  const picks = readEntryPicks(text, below(at, 'pick'), topology, mistake);
  const read = readFlows(text.walk, below(at, 'walk'), picks, network, mistake);
  const flows = text['mid-flow'] ? establishedIn(base.topology, read) : read;
  const claims = readClaims(text, at, topology, mistake);
  const { name, severity = 'error', why } = text;
  return isGood ? { name, severity, why, at, placed: network, flows, failures, claims } : undefined;
}

/** Each flow is established before anything is set or fails. */
const establishedIn = (topology: Topology, flows: Flows): Flows => ({
  ...flows,
  *each() {
    for (const { question, ...asked } of flows.each())
      yield { ...asked, question: { ...question, established: { in: topology } } };
  },
});

function readEntryPicks(
  { pick = {} }: ExpectationText,
  at: Cite,
  topology: Topology,
  report: Report,
): ReadonlyMap<string, string> {
  const picks = Object.entries(pick);
  for (const [node, member] of picks)
    attempt(below(at, node), report, () => readPicks([`${node}=${member}`], topology));
  return new Map(picks);
}
