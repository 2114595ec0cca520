/**
 * Folds the events of one walk to hops and steps.
 *
 *     entered nva2:host  fabric  ─┐
 *     popped, layer, …            │
 *     sent               eth0     │ one hop: a maximal run of
 *     entered nva2       eth0     │ devices of one node
 *     routed, …                   │
 *     sent … entered nva2:host    │ in   the first `entered`
 *     …                           │ out  the last `sent`
 *     sent               fabric  ─┘ crossings within: `port` steps
 *     entered vm-prod-1:host …      the next hop
 */
import type { Crossing, Hop, Step, StepFact, WalkFact } from '../report/report.ts';
import type { Cite } from '../walk/cite.ts';
import type { Event, Place } from '../walk/event.ts';
import type { Verdict } from '../walk/verdict.ts';
import type { Walk } from '../walk/walk.ts';
import { placed, stepOf, type Scene } from './describe-event.ts';
import { describer, flowOfPacket, type Describer } from './describe-packet.ts';
import { ledgerOf } from './ledger.ts';
import { ipOf } from '../packet/packet.ts';

export interface FoldContext extends Pick<WalkFact, 'direction' | 'cause'> {
  /** `file:line:column` of a place in the topology. Asked once for each cited step: let it remember its answers. */
  readonly locate: (cite: Cite) => string | undefined;
  /** Shared by the walks of one trace, which have much in common. */
  readonly describe?: Describer;
  /** A step from its event. */
  readonly describeStep?: typeof stepOf;
  /** The MTU ledger, which not everybody needs. */
  readonly measure?: typeof ledgerOf;
}

type Entered = Extract<Event, { readonly type: 'entered' }>;
type Sent = Extract<Event, { readonly type: 'sent' }>;
type Ended = Extract<Event, { readonly type: 'ended' }>;

/** A hop under construction, and where in it the packet is. */
interface Draft {
  readonly node: string;
  kind: string;
  where: string | undefined;
  place: string | undefined;
  readonly in: Crossing | null;
  readonly steps: Step[];
  out: Crossing | null;
  device: Place;
  /** The packet is on its way from one device to the next. */
  sent: Sent | undefined;
}

/** The report of one walk; a pure function of its events. */
export function foldWalk(
  walk: Walk,
  {
    direction,
    cause,
    locate,
    describe = describer(),
    describeStep = stepOf,
    measure = ledgerOf,
  }: FoldContext,
): WalkFact {
  const scene: Scene = { locate, describe };
  const hops = hopsOf(walk.events, scene, describeStep);
  const mtu = measure(walk.events);
  const origin = walk.events.find((event) => event.type === 'entered')?.packet ?? walk.packet;
  const { verdict } = walk;
  return {
    direction,
    ...(cause && { cause }),
    flow: flowOfPacket(origin, describe),
    packet: scene.describe.packet(origin),
    verdict: verdict.outcome,
    reason: verdict.outcome === 'dropped' ? verdict.reason : null,
    ...noteOf(verdict),
    hops,
    ...(mtu && { mtu }),
  };
}

function noteOf(verdict: Verdict): { readonly note?: string } {
  if (verdict.outcome === 'left') return { note: verdict.towards };
  return verdict.outcome === 'unknown' ? { note: verdict.missing } : {};
}

function hopsOf(events: readonly Event[], scene: Scene, describeStep: typeof stepOf): Hop[] {
  const hops: Draft[] = [];
  let hop: Draft | undefined;
  for (const event of events) {
    if (event.type === 'entered') {
      if (hop?.node === event.device.node) cross(hop, event, scene);
      else {
        if (hop) leave(hop, scene);
        hop = begin(event, scene);
        hops.push(hop);
      }
    } else if (!hop) throw new Error(`a walk begins with 'entered', not with '${event.type}'`);
    else if (event.type === 'sent') hop.sent = event;
    else if (event.type === 'ended') end(hop, event, scene);
    else hop.steps.push(describeStep(event, hop.device.phase, scene));
  }
  return hops.map(finished);
}

function begin({ device, port, packet }: Entered, scene: Scene): Draft {
  return {
    node: device.node,
    kind: device.kind,
    where: device.where,
    place: device.place,
    in: port === undefined ? null : { port, packet: scene.describe.packet(packet) },
    steps: [],
    out: null,
    device,
    sent: undefined,
  };
}

const finished = ({ node, kind, where, place, in: arrived, steps, out }: Draft): Hop => ({
  node,
  kind,
  ...(where !== undefined && { where }),
  ...(place !== undefined && { place }),
  in: arrived,
  steps,
  out,
});

/** The packet goes on to another node, or out of the model. */
function leave(hop: Draft, scene: Scene): void {
  if (!hop.sent) throw new Error(`${hop.node} did not send the packet that another node received`);
  hop.out = { port: hop.sent.port, packet: scene.describe.packet(hop.sent.packet) };
}

/** The packet goes from one device of the node to another: shown once, as the node's own interface sees it. */
function cross(hop: Draft, entered: Entered, scene: Scene): void {
  const { device: from, sent } = hop;
  const to = entered.device;
  const isArriving = entered.port !== undefined && !to.unseen?.has(entered.port);
  if (sent && !from.unseen?.has(sent.port) && (isNodeItself(from) || !isArriving))
    portStep(hop, sent.port, 'out', sent.packet, scene);
  if (isArriving && (isNodeItself(to) || !isNodeItself(from)))
    portStep(hop, entered.port, 'in', entered.packet, scene);
  if (isNodeItself(to)) hop.kind = to.kind;
  hop.where ??= to.where;
  hop.place ??= to.place;
  hop.device = to;
  hop.sent = undefined;
}

function portStep(
  hop: Draft,
  port: string,
  direction: 'in' | 'out',
  packet: Sent['packet'],
  scene: Scene,
): void {
  hop.steps.push({ type: 'port', port, direction, packet: scene.describe.packet(packet) });
}

/** A machine's guest, a router, a frontend: not a part that works for the node, as the host switch does. */
const isNodeItself = ({ phase }: Place): boolean => phase === undefined;

/**
 * The walk is over; a packet that was sent and arrived nowhere in the model was still seen on that interface, unless it
 * waited there for a neighbour in vain.
 */
function end(hop: Draft, event: Ended, scene: Scene): void {
  const phase = hop.device.phase;
  const { verdict } = event;
  if (hop.sent && verdict.outcome === 'left') leave(hop, scene);
  else if (hop.sent && !isUnresolved(verdict)) portStep(hop, hop.sent.port, 'out', hop.sent.packet, scene);
  const cite = 'at' in verdict ? verdict.at : undefined;
  hop.steps.push(placed(endStep(event, scene), phase, cite, scene));
}

const isUnresolved = (verdict: Verdict): boolean =>
  verdict.outcome === 'dropped' && verdict.reason === 'neighbour-missing';

function endStep({ verdict, packet: last, note }: Ended, scene: Scene): StepFact {
  const packet = scene.describe.packet(last);
  switch (verdict.outcome) {
    case 'delivered': {
      const ip = ipOf(last);
      return { type: 'deliver', to: ip ? scene.describe.address(ip.dst) : '', packet };
    }
    case 'dropped': {
      const { reason, at: pointer } = verdict;
      const found = pointer === undefined ? undefined : { pointer: pointer.split('#', 1)[0] ?? '' };
      return { type: 'drop', reason, ...(note !== undefined && { note }), ...found, packet };
    }
    case 'looped':
      return { type: 'loop', packet };
    case 'left':
      return { type: 'leave', towards: verdict.towards, packet };
    case 'unknown':
      return { type: 'unknown', missing: verdict.missing, packet };
    default:
      return verdict satisfies never;
  }
}
