/** Holds claims of one direction against what became of its packet. */
import type { ClaimCode, ClaimValue } from '../report/check.ts';
import type { Answer, Cause, LayerFact, Step, WalkFact } from '../report/report.ts';
import type { Cite } from '../walk/cite.ts';
import type { WayClaims } from './claims.ts';

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
export interface Way {
  readonly name: 'forward' | 'return';
  readonly index: number;
  readonly walk: WalkFact;
}

export const endOf = (way: Way | undefined): Violation['shows'] =>
  way && {
    walk: way.index,
    hop: way.walk.hops.length - 1,
    step: (way.walk.hops.at(-1)?.steps.length ?? 0) - 1,
  };

const nodesOf = (walk: WalkFact): readonly string[] => walk.hops.map(({ node }) => node);

export function judgeWay(
  name: Way['name'],
  way: Way | undefined,
  claims: WayClaims,
  { walks }: Answer,
): readonly Violation[] {
  return [
    ...judgeVia(name, way, claims.via),
    ...judgeNat(name, way, claims.nat),
    ...judgeEncapsulation(name, way, claims.encapsulation),
    ...judgeTtl(name, way, claims.ttl),
    ...judgeMtu(name, way, claims.mtuAtLeast),
    ...judgeMirrored(name, way, claims.mirroredTo, walks),
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
    steps.flatMap((step, i) => (isTunnel(step) ? [{ hop, i, ...headerOf(step) }] : [])),
  );
  const { wanted, at } = claim;
  const isMet = put && (wanted === 'none' ? put.length === 0 : firstMissingHeader(wanted, put) === undefined);
  if (isMet) return [];
  const first = put?.[0];
  const shows = way && first && { walk: way.index, hop: first.hop, step: first.i };
  const found = put ? put.map(({ header }) => header) : null;
  return [{ code: 'expect-encapsulation', way: name, expected: wanted, found, at, shows }];
}

/** The frame of a link is no tunnel. */
const isTunnel = (step: Step): step is Encapsulate =>
  step.type === 'encapsulate' && step.header !== 'ethernet';

type Encapsulate = Extract<Step, { type: 'encapsulate' }>;

/**
 * The name of what was put on, and all that it is made of: `gre` is also what a tunnel of another name puts on. Over IPv6
 * GRE has names of its own (ip-link(8)).
 */
function headerOf({ header, layers }: Encapsulate) {
  const protos = [header, ...layers.map(({ proto }) => proto)];
  const isOver6 = layers[0]?.proto === 'ipv6' && header.startsWith('gre');
  return { header, protos: isOver6 ? [...protos, `ip6${header}`] : protos };
}

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

function judgeMirrored(
  name: Way['name'],
  way: Way | undefined,
  claim: WayClaims['mirroredTo'],
  walks: readonly WalkFact[],
): readonly Violation[] {
  if (!claim) return [];
  const { wanted, at } = claim;
  const copies = walks.filter(({ cause }) => cause && cause.walk === way?.index && isMirror(walks, cause));
  const found = copies.flatMap(({ verdict, hops }) => (verdict === 'delivered' ? [hops.at(-1)!.node] : []));
  if (wanted.every((node) => found.includes(node))) return [];
  const [first] = copies;
  const shows = first?.cause ?? endOf(way);
  return [{ code: 'expect-mirrored-to', way: name, expected: wanted, found, at, shows }];
}

const isMirror = (walks: readonly WalkFact[], { walk, hop, step }: Cause): boolean =>
  walks[walk]?.hops[hop]?.steps[step]?.type === 'mirror';
