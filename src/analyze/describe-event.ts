/** One event as the step that the report shows for it. */
import { linkLengthOf, type Header } from '../packet/packet.ts';
import type { EntryRow, NearRow, Step, StepFact } from '../report/report.ts';
import type { Cite } from '../walk/cite.ts';
import type { EntryFact, Event, NearMiss } from '../walk/event.ts';
import { routeStep } from './describe-route.ts';
import { fieldFact, numberOf, type Describer } from './describe-packet.ts';

/** What a description needs besides the event. */
export interface Scene {
  /** `file:line:column` of a place in the topology; undefined when it does not stand in a file. */
  readonly locate: (cite: Cite) => string | undefined;
  readonly describe: Describer;
}

/** An event that becomes a step by itself; the others only say where the packet is. */
export type Told = Exclude<Event, { readonly type: 'entered' | 'sent' | 'ended' }>;

type EventOf<Type extends Event['type']> = Extract<Event, { readonly type: Type }>;

/** The step for an event, noted in this part of its node. */
export const stepOf = (event: Told, phase: string | undefined, scene: Scene): Step =>
  placed(factOf(event, scene), phase, citeOf(event), scene);

/** A report's object while it is made: folding is on the way of every walk, and copies would be half of its cost. */
type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/** Adds to a step that was just made where in the node and in the user's file it belongs. */
export function placed(
  made: StepFact,
  phase: string | undefined,
  cite: Cite | undefined,
  scene: Scene,
): Step {
  const step: StepFact & Draft<Pick<Step, 'phase' | 'at'>> = made;
  if (phase !== undefined) step.phase = phase;
  // The document as a whole is no place.
  const at = cite === undefined || cite === '' ? undefined : scene.locate(cite);
  if (at !== undefined) step.at = at;
  return step;
}

function factOf(event: Told, scene: Scene): StepFact {
  switch (event.type) {
    case 'layer':
      return { type: 'layer', layer: event.layer, direction: event.phase };
    case 'blocked': {
      const { reason, note, at: pointer } = event;
      const found = pointer === undefined ? undefined : { pointer: pointer.split('#', 1)[0] ?? '' };
      return { type: 'block', reason, ...(note !== undefined && { note }), ...found };
    }
    case 'matched':
      return ruleStep(event, scene);
    case 'routed':
      return routeStep(event, scene);
    case 'rewrote':
      return rewriteStep(event, scene);
    case 'pushed': {
      const { tunnel, headers, octets, stands, mode } = event;
      const keys = keysOf(headers);
      const standsFor = stands && { standsFor: scene.describe.address(stands) };
      return {
        type: 'encapsulate',
        header: tunnel,
        octets,
        layers: headers.map(scene.describe.layer),
        ...keys,
        ...standsFor,
        ...(mode && { mode }),
      };
    }
    case 'popped': {
      const { tunnel, headers, mode } = event;
      return {
        type: 'decapsulate',
        header: tunnel,
        layers: headers.map(scene.describe.layer),
        ...keysOf(headers),
        ...(mode && { mode }),
      };
    }
    case 'session':
      return sessionStep(event, scene);
    case 'resolved': {
      const { owner = null, server, to, form } = event;
      const at = to === undefined ? null : scene.describe[form](to);
      const found = {
        type: 'resolve',
        address: scene.describe.address(event.address),
        to: at,
        owner,
        ...(event.walk && { asked: true as const }),
      } as const;
      return server === undefined ? found : { ...found, server };
    }
    case 'bridged':
      return bridgeStep(event);
    case 'crossed': {
      const { segment, from, to } = event;
      return { type: 'cross', segment, from, to };
    }
    case 'chose':
      return balanceStep(event);
    case 'mtu': {
      const { port, mtu, did, packet } = event;
      return { type: 'mtu', port, mtu, length: linkLengthOf(packet), did };
    }
    case 'assumed': {
      const { code, about } = event;
      return about === undefined ? { type: 'assume', code } : { type: 'assume', code, about };
    }
    case 'originated':
      return originateStep(event, scene);
    default:
      return event satisfies never;
  }
}

function citeOf(event: Told): Cite | undefined {
  switch (event.type) {
    case 'matched':
    case 'chose':
      return event.rule?.at;
    case 'routed':
      return event.route?.at ?? (event.route ? undefined : event.rule?.at);
    case 'rewrote':
      return event.rule?.at ?? event.at;
    case 'pushed':
    case 'popped':
    case 'blocked':
    case 'bridged':
    case 'crossed':
    case 'resolved':
      return event.at;
    case 'originated':
      return event.mirrored?.at;
    case 'layer':
    case 'session':
    case 'mtu':
    case 'assumed':
      return undefined;
    default:
      return event satisfies never;
  }
}

interface Keys {
  readonly vni?: number;
  readonly key?: number;
  readonly spi?: number;
  readonly session?: number;
}

/** The tunnel key that headers carry. */
function keysOf(headers: readonly Header[]): Keys {
  for (const header of headers) {
    if (header.proto === 'vxlan' || header.proto === 'geneve') return { vni: numberOf(header.vni) };
    if (header.proto === 'gre' && header.key) return { key: numberOf(header.key) };
    if (header.proto === 'esp') return { spi: numberOf(header.spi) };
    if ('session' in header && header.session) return { session: numberOf(header.session) };
  }
  return {};
}

function ruleStep({ table, chain, rule, action, near }: EventOf<'matched'>, scene: Scene): StepFact {
  return {
    type: 'rule',
    table,
    ...(chain !== undefined && { chain }),
    rule: rule?.rule ?? null,
    ...(rule?.text !== undefined && { text: rule.text }),
    action,
    near: near ? near().map((miss) => nearRow(miss, scene)) : [],
  };
}

function nearRow({ rule: { rule, text, at: cite }, failed, wanted, had }: NearMiss, scene: Scene): NearRow {
  // The document as a whole is no place.
  const at = cite === undefined || cite === '' ? undefined : scene.locate(cite);
  return { rule, ...(text !== undefined && { text }), failed, wanted, had, ...(at !== undefined && { at }) };
}

const NUMBERS = ['ttl', 'mark', 'connmark', 'dscp', 'ecn', 'mss'] as const;
const isOfNumbers = (kind: EventOf<'rewrote'>['kind']): kind is (typeof NUMBERS)[number] =>
  (NUMBERS as readonly string[]).includes(kind);

function rewriteStep(
  { kind, field, before, after, table, chain, rule }: EventOf<'rewrote'>,
  { describe }: Scene,
): StepFact {
  if (isOfNumbers(kind)) return { type: kind, before: numberOf(before), after: numberOf(after) };
  return {
    type: 'nat',
    kind,
    field,
    before: fieldFact(field, before, describe),
    after: fieldFact(field, after, describe),
    ...(table !== undefined && { table }),
    ...(chain !== undefined && { chain }),
    ...(rule && { rule: rule.rule }),
    ...(rule?.text !== undefined && { text: rule.text }),
  };
}

function sessionStep(
  { did, table, original, reply, pin, state, entry }: EventOf<'session'>,
  { describe }: Scene,
): StepFact {
  return {
    type: 'session',
    did,
    table,
    original: describe.flow(original),
    reply: reply ? describe.flow(reply) : null,
    ...(pin !== undefined && { pin }),
    ...(state !== undefined && { state }),
    ...(entry && { entry: entryRow(entry) }),
  };
}

function originateStep({ packet, cause, mirrored }: EventOf<'originated'>, scene: Scene): StepFact {
  const made = scene.describe.packet(packet);
  if (!mirrored) return { type: 'originate', cause, packet: made };
  const { session, port, direction, out } = mirrored;
  return { type: 'mirror', session, port, direction, ...(out !== undefined && { out }), packet: made };
}

function bridgeStep({ bridge, in: arrived, out, how, ports, vlan }: EventOf<'bridged'>): StepFact {
  return {
    type: 'bridge',
    bridge,
    in: arrived,
    out,
    how,
    ...(ports && { ports }),
    ...(vlan !== undefined && { vlan }),
  };
}

function entryRow({
  state,
  request,
  timeout,
  isReplied,
  isAssured,
  mark,
  zones,
  helper,
}: EntryFact): EntryRow {
  const row: Draft<EntryRow> = { timeout, replied: isReplied, assured: isAssured, mark: numberOf(mark) };
  if (state !== undefined) row.state = state;
  if (request !== undefined) row.request = numberOf(request);
  if (zones.original !== 0) row.zoneOriginal = zones.original;
  if (zones.reply !== 0) row.zoneReply = zones.reply;
  if (helper !== undefined) row.helper = helper;
  return row;
}

function balanceStep({ frontend, rule, pool, members, hash, picked, how }: EventOf<'chose'>): StepFact {
  return {
    type: 'balance',
    frontend,
    rule: rule.rule,
    ...(rule.text !== undefined && { text: rule.text }),
    pool,
    members: members.map(({ name, up, why }) => ({
      name,
      health: up ? 'up' : 'down',
      ...(why !== undefined && { why }),
    })),
    hash,
    picked: picked === '' ? null : picked,
    how,
  };
}
