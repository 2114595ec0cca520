/** Folds the walks of one question, there and back, to its answer. */
import {
  REPORT_VERSION,
  type Answer,
  type Assumption,
  type AssumptionCode,
  type Blame,
  type Hop,
  type Interface,
  type WalkFact,
  type WalkReport,
} from '../report/report.ts';
import { blocked } from './blockers.ts';
import { segmentsOf } from './segments.ts';
import { tromboneOf } from './trombone.ts';
import { crossingsOf } from '../report/crossings.ts';
import { formatMac } from '../value/address.ts';
import { ASSUMPTIONS } from '../walk/assumption.ts';

/** Something supposed before the first step: by whoever chose the packet. */
export interface Supposed {
  readonly code: AssumptionCode;
  readonly about?: string;
}

export interface ReportContext {
  readonly topology: WalkReport['topology'];
  readonly supposed?: readonly Supposed[];
  /** Where the sender is presumed to be: an answer that leaves the model for there has arrived. */
  readonly home?: string | undefined;
  /** The MAC address of `nva1/eth0`, if it has one. */
  readonly macOf?: ((name: string) => number | undefined) | undefined;
}

/** The report of one branch, which ends in one way. */
export type SingleReport = WalkReport & Answer;

/** The report over walks in the order in which they were made: forward, return, then whatever followed. */
export function foldReport(
  walks: readonly WalkFact[],
  { topology, supposed = [], home, macOf }: ReportContext,
): SingleReport {
  const hasArrived = ({ verdict, direction, note }: WalkFact): boolean =>
    verdict === 'delivered' || (verdict === 'left' && direction === 'return' && note === home);
  const decisive = walks.findIndex((walk) => walk.direction !== 'follow-up' && !hasArrived(walk));
  const failed = walks[decisive];
  const forward = walks.find((walk) => walk.direction === 'forward');
  const back = walks.find((walk) => walk.direction === 'return');
  const through = { forward: there(forward), return: back && forward ? andBack(back, forward) : [] };
  const segments = segmentsOf(walks);
  const trombone = tromboneOf(walks);
  const ended = {
    verdict: failed?.verdict ?? 'delivered',
    reason: failed?.reason ?? null,
    blame: failed ? blameOf(walks, decisive) : null,
  };
  return {
    version: REPORT_VERSION,
    command: 'walk',
    topology,
    ...blocked(ended, walks),
    symmetric: back ? isSymmetric(through, hasArrived(back)) : null,
    through,
    ...(segments && { segments }),
    ...(trombone && { trombone }),
    assumptions: assumptionsOf(walks, supposed),
    walks,
    ...(macOf && { interfaces: interfacesOf(walks, macOf) }),
  };
}

function interfacesOf(
  walks: readonly WalkFact[],
  macOf: NonNullable<ReportContext['macOf']>,
): readonly Interface[] {
  const names = new Set(crossingsOf({ walks }).map(({ name }) => name));
  return [...names].flatMap((name) => {
    const mac = macOf(name);
    return mac === undefined ? [] : [{ name, mac: formatMac(mac) }];
  });
}

/** The step that ended a walk: its last; or, if more than silence, what became of the question that it waited for. */
function blameOf(walks: readonly WalkFact[], walk: number): Blame {
  const hops = walks[walk]?.hops ?? [];
  const hop = hops.length - 1;
  const steps = hops[hop]?.steps ?? [];
  const step = steps.length - 1;
  const unresolved = steps.findLastIndex((one) => one.type === 'resolve' && one.to === null);
  const asked = walks.findIndex(
    ({ cause, reason, hops: way }) =>
      (reason !== 'neighbour-missing' || isInTunnel(way)) &&
      cause?.walk === walk &&
      cause.hop === hop &&
      cause.step === unresolved,
  );
  return asked < 0 ? { walk, hop, step } : blameOf(walks, asked);
}

/** Whether a frame ended on the way of a tunnel: it was not the one who was asked for that was missing. */
function isInTunnel(hops: readonly Hop[]): boolean {
  const last = hops.at(-1)?.steps.at(-1);
  return last?.type === 'drop' && last.packet.layers.findIndex(({ proto }) => proto === 'ethernet') > 0;
}

/** Stateful devices between the ends, as far as the packet came. */
const there = (walk: WalkFact | undefined): readonly string[] =>
  walk ? statefulBut(endsOf(walk), walk.hops) : [];

/** The same for the answer, whose ends are those of the way there, so that where it died is between them. */
const andBack = (back: WalkFact, walk: WalkFact): readonly string[] => statefulBut(endsOf(walk), back.hops);

/** Who made the packet and who received it; one that was injected on the way, or died there, has no such end. */
function endsOf({ hops, verdict }: WalkFact): readonly (string | undefined)[] {
  const [first] = hops;
  return [first?.in ? undefined : first?.node, verdict === 'delivered' ? hops.at(-1)?.node : undefined];
}

function statefulBut(ends: readonly (string | undefined)[], hops: readonly Hop[]): readonly string[] {
  const nodes = new Set<string>();
  for (const hop of hops) if (!ends.includes(hop.node) && isStateful(hop)) nodes.add(hop.node);
  return [...nodes];
}

/**
 * Tables of multiplexers. Answers pass a load balancer by on purpose (direct server return), and what a host translates on
 * the way out comes back by the multiplexers of its public address.
 */
const MULTIPLEXED: ReadonlySet<string> = new Set(['load-balancer', 'outbound']);

/** Whether a device of the node keeps, or misses, state of the flow that both ways must meet. */
const isStateful = (hop: Hop): boolean =>
  hop.steps.some((step) => step.type === 'session' && !MULTIPLEXED.has(step.table));

/** An answer that died underway proves asymmetry by a device of its own; what it had not reached yet proves nothing. */
function isSymmetric({ forward, return: back }: WalkReport['through'], hasArrived: boolean): boolean | null {
  if (back.some((node) => !forward.includes(node))) return false;
  const isSame = forward.every((node) => back.includes(node));
  if (hasArrived) return isSame;
  return isSame && back.length > 0 ? true : null;
}

/** Each assumption once, in the order in which it first mattered. */
function assumptionsOf(walks: readonly WalkFact[], supposed: readonly Supposed[]): readonly Assumption[] {
  const found = new Map<string, Assumption>();
  const add = ({ code, about }: Supposed): void => {
    const key = about === undefined ? code : `${code} ${about}`;
    if (found.has(key)) return;
    const text = about === undefined ? ASSUMPTIONS[code] : `${ASSUMPTIONS[code]} (${about})`;
    found.set(key, { code, ...(about !== undefined && { about }), text });
  };
  supposed.forEach(add);
  for (const walk of walks)
    for (const hop of walk.hops) for (const step of hop.steps) if (step.type === 'assume') add(step);
  return [...found.values()];
}
