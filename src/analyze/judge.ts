/** Holds claims against what became of a flow and its answer: a pure function, which finds every claim that does not hold. */
import type { ClaimCode, ClaimValue } from '../report/check.ts';
import type { Answer, Hop, LayerFact, Step, WalkFact } from '../report/report.ts';
import type { Cite } from '../walk/cite.ts';
import type { Claims, WayClaims } from './claims.ts';

/** A claim that does not hold, and where in the report it shows. */
export interface Violation {
  readonly code: ClaimCode;
  readonly way: 'forward' | 'return';
  readonly field?: string;
  readonly expected: ClaimValue;
  readonly found: ClaimValue;
  /** Where it is claimed. */
  readonly at: Cite;
  /** Indexes into walks, hops and steps; without a step, the hop as a whole. */
  readonly shows?: { readonly walk: number; readonly hop: number; readonly step?: number } | undefined;
}

/** One direction of a report. */
interface Way {
  readonly name: 'forward' | 'return';
  readonly index: number;
  readonly walk: WalkFact;
}

export function judge(report: Answer, claims: Claims): readonly Violation[] {
  const there = wayOf(report, 'forward');
  const back = wayOf(report, 'return');
  return [
    ...judgeEnd(report, claims),
    ...judgeWay('forward', there, claims.forward),
    ...judgeWay('return', back, claims.return),
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

const endOf = (way: Way | undefined): Violation['shows'] =>
  way && {
    walk: way.index,
    hop: way.walk.hops.length - 1,
    step: (way.walk.hops.at(-1)?.steps.length ?? 0) - 1,
  };

const nodesOf = (walk: WalkFact): readonly string[] => walk.hops.map(({ node }) => node);

function judgeWay(name: Way['name'], way: Way | undefined, claims: WayClaims): readonly Violation[] {
  return [
    ...judgeVia(name, way, claims.via),
    ...judgeNat(name, way, claims.nat),
    ...judgeEncapsulation(name, way, claims.encapsulation),
    ...judgeTtl(name, way, claims.ttl),
    ...judgeMtu(name, way, claims.mtuAtLeast),
  ];
}

function judgeVia(name: Way['name'], way: Way | undefined, via: WayClaims['via']): readonly Violation[] {
  if (!via) return [];
  const nodes = way ? nodesOf(way.walk) : [];
  const missed = firstMissing(via.wanted, nodes);
  if (missed === undefined) return [];
  // Where the expected way was left: the last node that still belonged to it.
  const left = missed === 0 ? 0 : lastOf(via.wanted.slice(0, missed), nodes);
  const shows = way && { walk: way.index, hop: left };
  return [
    { code: 'expect-via', way: name, expected: via.wanted, found: way ? nodes : null, at: via.at, shows },
  ];
}

/** The index of the first item that `list` does not have behind the items before it. */
function firstMissing(items: readonly string[], list: readonly string[]): number | undefined {
  let from = 0;
  for (const [i, item] of items.entries()) {
    const at = list.indexOf(item, from);
    if (at < 0) return i;
    from = at + 1;
  }
  return undefined;
}

/** Where in `list` the last of items lies that are all there, in order. */
const lastOf = (items: readonly string[], list: readonly string[]): number =>
  items.reduce((from, item) => list.indexOf(item, from) + 1, 0) - 1;

function judgeNat(name: Way['name'], way: Way | undefined, nat: WayClaims['nat']): readonly Violation[] {
  if (!nat) return [];
  const last = lastNat(way);
  if ('wanted' in nat) {
    if (way && !last) return [];
    const found = last ? rewrites(way!.walk) : null;
    return [{ code: 'expect-nat', way: name, expected: 'none', found, at: nat.at, shows: last }];
  }
  const seen = arrived(way?.walk);
  return nat.flatMap(({ field, wanted, at }): Violation[] => {
    const layer = field === 'src' || field === 'dst' ? seen?.ip : seen?.transport;
    const found = (layer?.[field] as string | number | undefined) ?? null;
    if (found === wanted) return [];
    return [{ code: 'expect-nat', way: name, field, expected: wanted, found, at, shows: last ?? endOf(way) }];
  });
}

function lastNat(way: Way | undefined): Violation['shows'] {
  if (!way) return undefined;
  const { hops } = way.walk;
  for (let hop = hops.length - 1; hop >= 0; hop--) {
    const step = hops[hop]!.steps.findLastIndex(({ type }) => type === 'nat');
    if (step >= 0) return { walk: way.index, hop, step };
  }
  return undefined;
}

const rewrites = ({ hops }: WalkFact): readonly string[] =>
  hops.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.type === 'nat' ? [`${step.field} ${step.before} -> ${step.after}`] : [])),
  );

/** The innermost IP header of the packet as it arrived, and what that carries; what does not arrive nobody sees. */
function arrived(
  walk: WalkFact | undefined,
): { readonly ip?: LayerFact; readonly transport?: LayerFact } | undefined {
  const step = walk?.hops.at(-1)?.steps.at(-1);
  if (step?.type !== 'deliver' && step?.type !== 'leave') return undefined;
  const { layers } = step.packet;
  const at = layers.findLastIndex(({ proto }) => proto === 'ipv4' || proto === 'ipv6');
  const [ip, transport] = [layers[at], layers[at + 1]];
  return { ...(ip && { ip }), ...(transport && { transport }) };
}

function judgeEncapsulation(
  name: Way['name'],
  way: Way | undefined,
  claim: WayClaims['encapsulation'],
): readonly Violation[] {
  if (!claim) return [];
  const put = way?.walk.hops.flatMap(({ steps }, hop) =>
    steps.flatMap((step, i) => (step.type === 'encapsulate' ? [{ hop, i, ...headerOf(step) }] : [])),
  );
  const { wanted, at } = claim;
  const isMet = put && (wanted === 'none' ? put.length === 0 : firstMissingHeader(wanted, put) === undefined);
  if (isMet) return [];
  const first = put?.[0];
  const shows = way && first && { walk: way.index, hop: first.hop, step: first.i };
  const found = put ? put.map(({ header }) => header) : null;
  return [{ code: 'expect-encapsulation', way: name, expected: wanted, found, at, shows }];
}

/** The name of what was put on, and all that it is made of: `gre` is also what a tunnel of another name puts on. */
const headerOf = ({ header, layers }: Extract<Step, { type: 'encapsulate' }>) => ({
  header,
  protos: [header, ...layers.map(({ proto }) => proto)],
});

function firstMissingHeader(
  wanted: readonly string[],
  put: readonly { readonly protos: readonly string[] }[],
): string | undefined {
  let from = 0;
  return wanted.find((header) => {
    const at = put.findIndex(({ protos }, i) => i >= from && protos.includes(header));
    from = at + 1;
    return at < 0;
  });
}

function judgeTtl(name: Way['name'], way: Way | undefined, ttl: WayClaims['ttl']): readonly Violation[] {
  if (!ttl) return [];
  const found = (arrived(way?.walk)?.ip?.['ttl'] as number | undefined) ?? null;
  return found === ttl.wanted
    ? []
    : [{ code: 'expect-ttl', way: name, expected: ttl.wanted, found, at: ttl.at, shows: endOf(way) }];
}

function judgeMtu(
  name: Way['name'],
  way: Way | undefined,
  least: WayClaims['mtuAtLeast'],
): readonly Violation[] {
  const ledger = way?.walk.mtu;
  if (!least || (ledger && ledger.largest >= least.wanted)) return [];
  const { wanted: expected, at } = least;
  const hop = ledger?.crossings[ledger.bound]?.hop;
  const shows = way && hop !== undefined ? { walk: way.index, hop } : undefined;
  const found = ledger?.largest ?? null;
  return [{ code: 'expect-mtu-at-least', way: name, expected, found, at, shows }];
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
  { throughSame, symmetric }: Claims,
  there: Way | undefined,
  back: Way | undefined,
): readonly Violation[] {
  const found: Violation[] = [];
  const base = { way: 'return', shows: endOf(back ?? there) } as const;
  if (symmetric && report.symmetric !== symmetric.wanted) {
    const { wanted: expected, at } = symmetric;
    found.push({ ...base, code: 'expect-symmetric', expected, found: report.symmetric, at });
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
