/** Holds claims against what became of a flow and its answer: a pure function, which finds every claim that does not hold. */
import type { Answer, Hop, Step, WalkFact } from '../report/report.ts';
import type { Claims } from './claims.ts';
import { endOf, judgeWay, type Violation, type Way } from './judge-way.ts';

export type { Violation };

export function judge(report: Answer, claims: Claims): readonly Violation[] {
  const there = wayOf(report, 'forward');
  const back = wayOf(report, 'return');
  return [
    ...judgeEnd(report, claims),
    ...judgeWay('forward', there, claims.forward, report),
    ...judgeWay('return', back, claims.return, report),
    ...judgeNotVia(report.walks, ['forward', 'return'], claims.notVia),
    ...judgeNotVia(report.walks, ['return'], claims.return.notVia),
    ...judgeBothWays(report, claims, there, back),
  ];
}

function wayOf({ walks }: Answer, name: Way['name']): Way | undefined {
  const index = walks.findIndex(({ direction }) => direction === name);
  const walk = walks[index];
  return walk && { name, index, walk };
}

const one = <T>(list: readonly T[]): T | readonly T[] => (list.length === 1 ? list[0]! : list);

/** The verdict, its reason, and the node where the flow ends. */
function judgeEnd(report: Answer, { verdict, reason, end }: Claims): readonly Violation[] {
  const shows = report.blame ?? endOf(wayOf(report, 'forward'));
  const base = {
    way: report.walks[shows?.walk ?? 0]?.direction === 'return' ? 'return' : 'forward',
    shows,
  } as const;
  const found: Violation[] = [];
  const isExpected = verdict.wanted.includes(report.verdict);
  if (!isExpected)
    found.push({
      ...base,
      code: 'expect-verdict',
      expected: one(verdict.wanted),
      found: report.verdict,
      at: verdict.at,
    });
  if (isExpected && reason && (report.reason === null || !reason.wanted.includes(report.reason)))
    found.push({
      ...base,
      code: 'expect-reason',
      expected: one(reason.wanted),
      found: report.reason,
      at: reason.at,
    });
  const node = shows && report.walks[shows.walk]?.hops[shows.hop]?.node;
  if (end && node !== end.wanted)
    found.push({ ...base, code: 'expect-at', expected: end.wanted, found: node ?? null, at: end.at });
  return found;
}

function judgeNotVia(
  walks: readonly WalkFact[],
  ways: readonly WalkFact['direction'][],
  notVia: Claims['notVia'],
): readonly Violation[] {
  if (!notVia) return [];
  const passed = walks.flatMap(({ direction, hops }, walk) =>
    ways.includes(direction)
      ? hops.flatMap(({ node }, hop) =>
          notVia.wanted.includes(node) ? [{ direction, walk, hop, node }] : [],
        )
      : [],
  );
  const [first] = passed;
  if (!first) return [];
  // Who sent it there decided.
  const shows = { walk: first.walk, hop: Math.max(0, first.hop - 1) };
  const found = [...new Set(passed.map(({ node }) => node))];
  const way = first.direction === 'return' ? 'return' : 'forward';
  return [{ code: 'expect-not-via', way, expected: notVia.wanted, found, at: notVia.at, shows }];
}

function judgeBothWays(
  report: Answer,
  { throughSame, symmetric, trombone }: Claims,
  there: Way | undefined,
  back: Way | undefined,
): readonly Violation[] {
  const found: Violation[] = [];
  const base = { way: 'return', shows: endOf(back ?? there) } as const;
  if (symmetric && report.symmetric !== symmetric.wanted) {
    const { wanted: expected, at } = symmetric;
    found.push({ ...base, code: 'expect-symmetric', expected, found: report.symmetric, at });
  }
  const isTrombone = report.trombone !== undefined;
  if (trombone && isTrombone !== trombone.wanted) {
    const { wanted: expected, at } = trombone;
    const first = report.trombone?.crossings[0];
    found.push({
      ...base,
      code: 'expect-trombone',
      expected,
      found: isTrombone,
      at,
      ...(first && { shows: { walk: first.walk, hop: first.hop } }),
    });
  }
  if (throughSame) {
    const { wanted: expected, at } = throughSame;
    const passed = [there, back].map((way) => through(way?.walk.hops ?? [], expected));
    const isSame = passed.every((nodes) => nodes.length === 1 && nodes[0] === passed[0]![0]);
    const names = back ? passed.map((nodes) => nodes.join(' and ') || 'none') : null;
    if (!isSame) found.push({ ...base, code: 'expect-through-same', expected, found: names, at });
  }
  return found;
}

const through = (hops: readonly Hop[], nodes: readonly string[]): readonly string[] => [
  ...new Set(hops.map(({ node }) => node).filter((node) => nodes.includes(node))),
];

/** The step that decided at a place of a report: the one that is named, else the last of that hop that cites the user's file. */
export function decidedAt({ walks }: Answer, shows: NonNullable<Violation['shows']>): string | undefined {
  const steps = walks[shows.walk]?.hops[shows.hop]?.steps ?? [];
  const named = shows.step === undefined ? undefined : steps[shows.step]?.at;
  const last = steps.findLast(({ type, at }) => at !== undefined && DECIDING.has(type));
  return named ?? (last ?? steps.findLast(({ at }) => at !== undefined))?.at;
}

const DECIDING: ReadonlySet<Step['type']> = new Set(['route', 'rule', 'nat', 'balance', 'drop']);
