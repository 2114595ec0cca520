/** State that a device lacks because the two ways differ: how they went, and the route that would join them. */
import type { Hop, LayerFact, WalkFact } from '../report/report.ts';
import { parseAddress, type Address } from '../value/address.ts';
import { contains, formatPrefix, hostPrefix, parsePrefix } from '../value/prefix.ts';
import type { Facts } from './facts.ts';
import { endText, fieldText, packetName, placeText } from './flow.ts';
import { innermostIp, innermostTransport } from './layers.ts';
import type { StepOf } from './row.ts';
import { listText } from './words.ts';

/** The walk that went round the device, and the one that came to it. */
interface Parted {
  /** Passed the device without coming to it. */
  readonly missed: WalkFact;
  /** Came to the device: the walk that ended there, or the one whose answer it did not see. */
  readonly came: WalkFact;
}

const passes = ({ hops }: WalkFact, node: string): boolean => hops.some((hop) => hop.node === node);

/** An answer at a device that its question went round, or a packet at a device that the answer to it went round. */
function parted({ report, walk, node }: Facts): Parted | undefined {
  const there = report.walks.find(({ direction }) => direction === 'forward');
  const back = report.walks.find(({ direction }) => direction === 'return');
  if (!there || there === walk) return undefined;
  if (walk === back) return passes(there, node) ? undefined : { missed: there, came: walk };
  if (walk.direction !== 'forward' || !back || passes(back, node)) return undefined;
  return { missed: back, came: walk };
}

/** How the packet that the device did not see went; its absence is the usual cause. */
export function unseenText(facts: Facts): string | undefined {
  const way = parted(facts);
  if (!way) return undefined;
  const { node, walk, report } = facts;
  const unseen = packetName(way.missed.flow);
  const how = `${unseen} went ${wayText(way.missed)}`;
  if (way.missed.direction === 'forward') {
    const before = between(walk);
    const via = before.length === 0 ? 'was sent' : `came through ${listText(before)}`;
    return `${how}; ${packetName(walk.flow)} ${via} to ${node}, which never saw ${unseen}`;
  }
  const first = report.walks[0];
  const saw = first && passes(first, node) ? `${packetName(first.flow)} went through ${node}; ` : '';
  return `${saw}${how}, so ${node} cannot place ${packetName(walk.flow)}`;
}

const between = ({ hops }: WalkFact): readonly string[] => hops.slice(1, -1).map((hop) => hop.node);

function wayText(walk: WalkFact): string {
  const names = between(walk);
  return names.length === 0
    ? `directly to ${walk.hops.at(-1)?.node ?? 'its end'}`
    : `through ${listText(names)}`;
}

/** Whoever asked has no session with the address that answers: a translation of the way there that the way back missed. */
export function strangerText({ report, walk, node, src, drop }: Facts): string | undefined {
  const there = report.walks.find(({ direction }) => direction === 'forward');
  if (!there || walk.direction !== 'return' || there.hops[0]?.node !== node) return undefined;
  const asked = endText(there.flow.dst, there.flow.dport);
  const sport = fieldText(innermostTransport(drop.packet), 'sport');
  const answers = endText(src, sport === undefined ? undefined : Number(sport));
  return `${node} asked ${asked}, and ${answers} answers: what was rewritten on the way there was not undone on the way back`;
}

/** A route for the walk that went round the device, to the next hop that led the other walk to it. */
export function rejoin(facts: Facts): string | undefined {
  const way = parted(facts);
  if (!way) return undefined;
  const { missed, came } = way;
  const toDevice = came.hops.findIndex((hop) => hop.node === facts.node);
  const steered = routesOf(came.hops.slice(0, toDevice)).findLast(isSteering)?.route.nextHop;
  const other = routesOf(missed.hops).find(isSteering);
  const straight = routesOf(missed.hops).findLast(({ route }) => /^VNet/i.test(route.nextHopType));
  if (steered === undefined || (other ? other.route.nextHop === steered : !straight))
    return `send both ways through ${facts.node}, or neither`;
  if (other) {
    const { prefix, table, at } = other.route;
    return `in ${table}, let ${prefix}${placeText(at) === undefined ? '' : ` (${placeText(at)})`} go to VirtualAppliance ${steered} too`;
  }
  const { route, hop } = straight!;
  const prefix = narrowest(route.prefix, innermostIp(hop.out?.packet ?? missed.packet), steered);
  return `add to ${tableText(route, hop)}: ${prefix} -> VirtualAppliance ${steered}`;
}

/** A route table, or the subnet that has none yet. */
export const tableText = ({ table }: Pick<StepOf<'route'>, 'table'>, { node, where }: Hop): string =>
  table === 'system routes'
    ? `a route table on ${where ?? `the subnet of ${node}`}`
    : table === 'main'
      ? `the routes of ${node}`
      : table;

/**
 * The prefix of the route that was taken, unless it holds the sender or the appliance as well, whose own traffic it
 * would then catch: then the one address that the packet is for.
 */
function narrowest(taken: string, packet: LayerFact | undefined, appliance: string): string {
  const prefix = parsePrefix(taken);
  const [src, dst, hop] = [fieldText(packet, 'src'), fieldText(packet, 'dst'), appliance].map((text) =>
    parseAddress(text ?? ''),
  );
  const holds = (address: Address | undefined): boolean =>
    address !== undefined && !('problem' in prefix) && contains(prefix, address);
  return dst === undefined || !(holds(src) || holds(hop)) ? taken : formatPrefix(hostPrefix(dst));
}

type Taken = Extract<StepOf<'route'>, { readonly prefix: string }> & { readonly at?: string };

interface RouteAt {
  readonly hop: Hop;
  readonly route: Taken;
}

const isSteering = ({ route }: RouteAt): boolean =>
  route.nextHopType === 'VirtualAppliance' && route.nextHop !== undefined;

const routesOf = (hops: readonly Hop[]): readonly RouteAt[] =>
  hops.flatMap((hop) =>
    hop.steps.flatMap((step) =>
      step.type === 'route' && step.prefix !== null ? [{ hop, route: step }] : [],
    ),
  );
