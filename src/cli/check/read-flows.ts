/** The flows of an expectation: every combination of its sources, destinations and protocols. */
import type { Asked, Flows } from '../../analyze/check.ts';
import { asList } from '../../kinds/schema.ts';
import type { ExpectationText } from '../../topology/expectation-schema.ts';
import type { Topology } from '../../topology/topology.ts';
import { parseAddress } from '../../value/address.ts';
import { below, type Cite } from '../../walk/cite.ts';
import { readEnd } from '../end.ts';
import { readProtocol } from '../protocol.ts';
import { readQuestion } from '../question.ts';
import { UsageError } from '../usage.ts';
import { attempt, type Report } from './mistake.ts';
import type { Network } from './network.ts';
import { addressesOf, portsOf, type Span } from './spans.ts';

/** Flows of one expectation, at most; and how many are kept in memory. */
const MOST_FLOWS = 10_000;
const MOST_KEPT = 64;

const NONE: Flows = { count: 0, sampled: [], each: () => [] };

type Walked = ExpectationText['walk'];

/** No flow where there is a mistake, which is then reported. */
export function readFlows(
  walk: Walked,
  at: Cite,
  picks: ReadonlyMap<string, string>,
  network: Network,
  report: Report,
): Flows {
  const sets = readSets(walk, at, network, report);
  if (!sets) return NONE;
  const { src, dst, proto } = sets;
  if (src.length * dst.length * proto.length > MOST_FLOWS) {
    report('value-invalid', at, `this is more than ${MOST_FLOWS} flows`, 'split the expectation');
    return NONE;
  }
  const { topology } = network;
  const extent = { return: walk['no-return'] !== true, handshake: walk.handshake === true };
  const read = (ends: Ends): Asked =>
    readQuestion(
      { ...walk, src: ends.src.value, dst: ends.dst.value, proto: ends.proto.value },
      walk.in,
      extent,
      picks,
      topology,
    );
  const flows = flowsOf(() => combinations(sets, topology), read, at, report);
  const samples = [...src, ...dst, ...proto].flatMap(({ sampleOf }) => sampleOf ?? []);
  return { ...flows, sampled: [...new Set(samples)] };
}

/** One source, destination or protocol. */
interface One<T> {
  readonly value: T;
  /** It is one of a range. */
  readonly isOfRange?: true;
  /** The range, if not all of it is walked. */
  readonly sampleOf?: string;
}

interface Sets {
  readonly src: readonly One<string>[];
  readonly dst: readonly One<string>[];
  readonly proto: readonly One<string | number>[];
}

function readSets(walk: Walked, at: Cite, network: Network, report: Report): Sets | undefined {
  const { topology } = network;
  const [from, to] = [asList(walk.src)[0], asList(walk.dst)[0]];
  const ends = {
    src: { option: 'src', isAny: walk.in !== undefined },
    dst: { option: 'dst', isAny: false },
  } as const;
  const src = readEach(walk.src, below(at, 'src'), report, (value) => {
    const range = addressesOf(value, ends.src, network);
    if (!range) readEnd('src', value, to, topology);
    return range;
  });
  const dst = readEach(walk.dst, below(at, 'dst'), report, (value) => {
    const range = addressesOf(value, ends.dst, network);
    if (!range) readEnd('dst', value, from, topology);
    return range;
  });
  const proto = readEach<string | number>(walk.proto, below(at, 'proto'), report, (value) => {
    const range = portsOf(value, network);
    if (!range) readProtocol({ proto: value }, false);
    return range;
  });
  return src && dst && proto && { src, dst, proto };
}

/** Reads each of one or many; undefined where one has a mistake, which is then reported. */
function readEach<T extends string | number>(
  texts: T | readonly T[],
  at: Cite,
  report: Report,
  rangeOf: (text: T) => Span | undefined,
): readonly One<T | string>[] | undefined {
  const read: One<T | string>[] = [];
  const isRead = asList(texts).map((text, i) =>
    attempt(Array.isArray(texts) ? below(at, i) : at, report, () => {
      const range = rangeOf(text);
      if (!range) read.push({ value: text });
      for (const value of range?.values ?? [])
        read.push({ value, isOfRange: true, ...(range!.isSample && { sampleOf: String(text) }) });
    }),
  );
  return isRead.every(Boolean) ? read : undefined;
}

interface Ends {
  readonly src: One<string>;
  readonly dst: One<string>;
  readonly proto: One<string | number>;
}

/** All but those of a machine with itself. */
function* combinations(
  { src: sources, dst: destinations, proto: protocols }: Sets,
  topology: Topology,
): Generator<Ends> {
  for (const src of sources)
    for (const dst of destinations)
      if (!isSame(src, dst, topology)) for (const proto of protocols) yield { src, dst, proto };
}

const isSame = (src: One<string>, dst: One<string>, topology: Topology): boolean =>
  src.value === dst.value || (isOfRange({ src, dst }) && nodeOf(src, topology) === nodeOf(dst, topology));

const isOfRange = ({ src, dst }: Pick<Ends, 'src' | 'dst'>): boolean =>
  src.isOfRange === true || dst.isOfRange === true;

/** The machine that is named, or that has the address; else the address. */
function nodeOf({ value }: One<string>, topology: Topology): string {
  const address = parseAddress(value);
  if (address === undefined) return value.split('/', 1)[0]!;
  return topology.owners(address)[0]?.node ?? value;
}

/**
 * The flows, if all can be walked; the first that cannot is told. Of ranges those that nobody could send are left out. The
 * flows of a large set are read again when they are walked.
 */
function flowsOf(ends: () => Iterable<Ends>, read: (ends: Ends) => Asked, at: Cite, report: Report): Flows {
  const kept: Asked[] = [];
  let count = 0;
  let leftOut: UsageError | undefined;
  const isWalkable = attempt(at, report, () => {
    for (const one of ends()) {
      const flow = readOrLeaveOut(one, read);
      if (flow instanceof UsageError) leftOut ??= flow;
      else if (count++ < MOST_KEPT) kept.push(flow);
    }
  });
  if (!isWalkable) return NONE;
  if (count === 0)
    report(
      'expectation-vacuous',
      at,
      `no flow is left to walk: ${leftOut?.message ?? 'every source is also its destination'}`,
    );
  return { count, sampled: [], each: () => (count > MOST_KEPT ? readAgain(ends(), read) : kept) };
}

function readOrLeaveOut(ends: Ends, read: (ends: Ends) => Asked): Asked | UsageError {
  try {
    return read(ends);
  } catch (error) {
    if (error instanceof UsageError && isOfRange(ends)) return error;
    throw error;
  }
}

function* readAgain(all: Iterable<Ends>, read: (ends: Ends) => Asked): Generator<Asked> {
  for (const ends of all) {
    const flow = readOrLeaveOut(ends, read);
    if (!(flow instanceof UsageError)) yield flow;
  }
}
