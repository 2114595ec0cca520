/** Both ways do not meet the same stateful device: the routes that would join them, or addresses that lead answers back. */
import { parseAddress } from '../../value/address.ts';
import { hostPrefix } from '../../value/prefix.ts';
import { flowOf } from '../../packet/packet.ts';
import { INTERNET } from '../../mechanism/internet.ts';
import { valueOf } from '../../value/term.ts';
import type { Walk } from '../../walk/walk.ts';
import { staysOf, type Candidate, type Failure, type Stay } from './failure.ts';
import { masquerade } from './netfilter.ts';
import {
  addRoute,
  applianceOf,
  changeRoute,
  isSteering,
  lookupsOf,
  narrowest,
  type Lookup,
} from './route.ts';

/** A device that one of the ways passes and the other does not: a stateful one, or the one that dropped the answer. */
interface Parted {
  readonly device: string;
  /** The way that comes to it, and the one that goes round. */
  readonly came: Walk;
  readonly missed: Walk;
}

/** The likeliest slip first, and what takes an appliance out of the way last. */
export function rejoin(failure: Failure): readonly Candidate[] {
  const way = partedOf(failure);
  if (!way) return [];
  return [...led(way, failure), ...followed(way, failure), ...translated(failure), ...released(way, failure)];
}

function partedOf({ trace: { walks }, report: { through }, walk, stay }: Failure): Parted | undefined {
  const there = walks.find(({ direction }) => direction === 'forward')?.walk;
  const back = walks.find(({ direction }) => direction === 'return')?.walk;
  if (!there || !back) return undefined;
  const stray = through.return.find((one) => !through.forward.includes(one));
  if (stray !== undefined) return { device: stray, came: back, missed: there };
  const lost = through.forward.find((one) => !through.return.includes(one));
  if (lost !== undefined) return { device: lost, came: there, missed: back };
  const { node: end } = stay.place;
  const isAstray = walk === back && !staysOf(there).some(({ place }) => place.node === end);
  return isAstray ? { device: end, came: back, missed: there } : undefined;
}

/** The route that brought the packet to the device: the last that named an appliance before it. */
function steeredTo({ device, came }: Parted, failure: Failure): Lookup | undefined {
  const stays = staysOf(came);
  const at = stays.findIndex(({ place }) => place.node === device);
  return lookupsIn(stays.slice(0, at), failure).findLast(isSteering);
}

const lookupsIn = (stays: readonly Stay[], failure: Failure): readonly Lookup[] =>
  stays.flatMap((stay) => lookupsOf(stay, failure));

/** The way round gets the next hop that led the other to the device. */
function led(way: Parted, failure: Failure): readonly Candidate[] {
  const by = steeredTo(way, failure);
  const nextHop = by && applianceOf(by);
  const address = parseAddress(nextHop?.address ?? '');
  if (!nextHop || address === undefined) return [];
  const lookups = lookupsIn(staysOf(way.missed), failure);
  const other = lookups.find(isSteering);
  if (other) return [changeRoute(other, nextHop, failure) ?? []].flat();
  const flow = flowOf(way.missed.packet);
  const ends = { src: valueOf(flow.src), dst: valueOf(flow.dst) };
  return lookups
    .filter(({ route }) => /^VNet/i.test(route?.nextHopType ?? ''))
    .toReversed()
    .flatMap((one) => addRoute(one, narrowest(one, ends, address), nextHop, failure) ?? []);
}

/** The way that came to the device goes as the other does: by its appliance, or straight to the Internet. */
function followed(way: Parted, failure: Failure): readonly Candidate[] {
  const by = steeredTo(way, failure);
  if (!by) return [];
  const stays = staysOf(way.missed);
  const other = lookupsIn(stays, failure).find(isSteering);
  if (other) return [changeRoute(by, applianceOf(other), failure) ?? []].flat();
  const src = valueOf(flowOf(way.missed.packet).src);
  const isOutside = stays.some(({ place }) => place.node === INTERNET);
  return isOutside ? [addRoute(by, hostPrefix(src), { type: 'Internet' }, failure) ?? []].flat() : [];
}

/** No appliance either way. */
function released(way: Parted, failure: Failure): readonly Candidate[] {
  const by = steeredTo(way, failure);
  const isDirect = !lookupsIn(staysOf(way.missed), failure).some(isSteering);
  return by && isDirect ? [changeRoute(by, undefined, failure) ?? []].flat() : [];
}

/** The appliances that the flow may be balanced to on its way there, or the stateful ones that it passed. */
function translated(failure: Failure): readonly Candidate[] {
  const { trace, report, topology } = failure;
  const there = trace.walks[0]!.walk;
  const members = there.events.flatMap((event) =>
    event.type === 'chose' ? event.members.map(({ name }) => name.split('/')[0]!) : [],
  );
  const passed = new Set(staysOf(there).map(({ place }) => place.node));
  const isPool = members.some((one) => passed.has(one));
  const nodes = isPool ? members : report.through.forward;
  const machines = nodes.filter((node) => topology.declared.nodes.get(node)?.at.startsWith('/machines/'));
  return masquerade([...new Set(machines)], failure);
}
