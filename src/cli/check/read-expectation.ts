/** One entry of `expect:` read against its topology: which flows are walked, and what is claimed of each. */
import type { Asked, Expectation, Flows } from '../../analyze/check.ts';
import type { ExpectationText } from '../../topology/expectation-schema.ts';
import type { Topology } from '../../topology/topology.ts';
import { asList } from '../../kinds/schema.ts';
import { below, type Cite } from '../../walk/cite.ts';
import { readEnd } from '../end.ts';
import { checkFailures } from '../load.ts';
import { readPicks } from '../pick.ts';
import { readProtocol } from '../protocol.ts';
import { readQuestion } from '../question.ts';
import { attempt, type Report } from './mistake.ts';
import { readClaims } from './read-claims.ts';

/** Flows of one expectation, at most; and how many are kept in memory. */
const MOST_FLOWS = 10_000;
const MOST_KEPT = 64;

const NONE: Flows = { count: 0, each: () => [] };

/** The expectation; undefined when it has a mistake, which is then reported. */
export function readExpectation(
  text: ExpectationText,
  at: Cite,
  topology: Topology,
  report: Report,
): Expectation | undefined {
  let isGood = true;
  const mistake: Report = (...said) => {
    isGood = false;
    report(...said);
  };
  const failures = text.fail ?? [];
  for (const [i, one] of failures.entries())
    attempt(below(at, 'fail', i), mistake, () => checkFailures(topology, [one]));
  const picks = readEntryPicks(text, below(at, 'pick'), topology, mistake);
  const flows = readFlows(text, below(at, 'walk'), picks, topology, mistake);
  const claims = readClaims(text, at, topology, mistake);
  const { name, severity = 'error', why } = text;
  return isGood ? { name, severity, why, at, flows, failures, claims } : undefined;
}

type Walked = ExpectationText['walk'];

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

function readFlows(
  { walk }: ExpectationText,
  at: Cite,
  picks: ReadonlyMap<string, string>,
  topology: Topology,
  report: Report,
): Flows {
  const [sources, destinations, protocols] = [asList(walk.src), asList(walk.dst), asList(walk.proto)];
  const isRead = [
    ...each(walk, 'src', at, report, (src) => readEnd('src', src, destinations[0], topology)),
    ...each(walk, 'dst', at, report, (dst) => readEnd('dst', dst, sources[0], topology)),
    ...each(walk, 'proto', at, report, (proto) => readProtocol({ proto }, false)),
  ].every(Boolean);
  if (!isRead) return NONE;
  if (sources.length * destinations.length * protocols.length > MOST_FLOWS) {
    report('value-invalid', at, `this is more than ${MOST_FLOWS} flows`, 'split the expectation');
    return NONE;
  }
  const extent = { return: walk['no-return'] !== true, handshake: walk.handshake === true };
  const read = (ends: Ends): Asked => readQuestion({ ...walk, ...ends }, walk.in, extent, picks, topology);
  const flows = flowsOf(() => combinations(sources, destinations, protocols), read, at, report);
  if (flows?.count === 0)
    report('expectation-vacuous', at, 'no flow is left to walk: every source is also its destination');
  return flows ?? NONE;
}

interface Ends {
  readonly src: string;
  readonly dst: string;
  readonly proto: string | number;
}

function* combinations(
  sources: readonly string[],
  destinations: readonly string[],
  protocols: readonly (string | number)[],
): Generator<Ends> {
  for (const src of sources)
    for (const dst of destinations) if (src !== dst) for (const proto of protocols) yield { src, dst, proto };
}

/** The flows, if all can be walked; the first that cannot is told. Those of a large set are read again when they are walked. */
function flowsOf(
  ends: () => Iterable<Ends>,
  read: (ends: Ends) => Asked,
  at: Cite,
  report: Report,
): Flows | undefined {
  const kept: Asked[] = [];
  let count = 0;
  for (const one of ends()) {
    const isWalkable = attempt(at, report, () => {
      const flow = read(one);
      if (count++ < MOST_KEPT) kept.push(flow);
    });
    if (!isWalkable) return undefined;
  }
  return { count, each: () => (count > MOST_KEPT ? readEach(ends(), read) : kept) };
}

function* readEach(ends: Iterable<Ends>, read: (ends: Ends) => Asked): Generator<Asked> {
  for (const one of ends) yield read(one);
}

/** Reads each of one or many, and says of each whether that went well. */
function each<Key extends 'src' | 'dst' | 'proto'>(
  walk: Walked,
  key: Key,
  at: Cite,
  report: Report,
  read: (value: Extract<Walked[Key], string>) => unknown,
): readonly boolean[] {
  const value = walk[key];
  return asList(value as string | readonly string[]).map((one, i) =>
    attempt(Array.isArray(value) ? below(at, key, i) : below(at, key), report, () =>
      read(one as Extract<Walked[Key], string>),
    ),
  );
}
