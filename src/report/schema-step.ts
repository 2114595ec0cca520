/** The published JSON Schema of steps, one line a type. */
import { ASSUMPTIONS, type AssumptionCode } from '../walk/assumption.ts';
import type { BridgedHow, NatKind, PassedBecause } from '../walk/event.ts';
import { REASON_CODES } from '../walk/reason.ts';
import { at, count, listOf, none, object, orNull, ref, text, texts, whole } from './schema-part.ts';

const NAT_KINDS = [
  'dnat',
  'snat',
  'masquerade',
  'redirect',
  'netmap',
  'unnat',
] as const satisfies readonly NatKind[];
const PASSED = [
  'selector',
  'no-route',
  'throw',
  'suppressed',
  'nop',
  'goto',
] as const satisfies readonly PassedBecause[];
const BRIDGED = [
  'learned',
  'static',
  'own',
  'uplink',
  'flooded',
  'group',
] as const satisfies readonly BridgedHow[];
const phase = {
  phase: {
    ...text,
    description:
      'part of the node, such as host for the host switch under a machine; absent is the node itself',
  },
} as const;

export const routeRow = { prefix: text, nextHopType: text, source: text } as const;
export const routeMore = { nextHop: text, interface: text } as const;

/** A policy rule of a Linux machine, and where it stands. */
const policy = [{ rule: { ...text, description: 'such as 100: fwmark 0x1 lookup 100' } }, at] as const;
const steered = {
  policy: { ...object(...policy), description: 'the policy rule that decided' },
  passed: listOf(object({ ...policy[0], why: { enum: PASSED } }, at)),
  nextHops: { ...texts, description: 'of a multipath route: all of them' },
  how: { enum: ['hash', 'picked', 'only'] },
} as const;

/** A step of this type: its own fields, and where it belongs. */
const step = <const Type extends string, const Required extends object, const Optional extends object>(
  type: Type,
  required: Required,
  optional: Optional,
) => object({ type: { const: type }, ...required }, { ...optional, ...phase, ...at });

export const packet = ref('packet');
export const reason = { enum: REASON_CODES } as const;
export const assumption = { enum: Object.keys(ASSUMPTIONS) as AssumptionCode[] } as const;

export const STEPS = [
  step(
    'route',
    { table: text, ...routeRow, rejected: listOf(ref('rejected')) },
    { ...routeMore, ...steered },
  ),
  step('route', { table: text, prefix: none, rejected: listOf(ref('rejected')) }, steered),
  step(
    'rule',
    { table: text, rule: orNull(text), action: text, near: listOf(ref('near')) },
    { chain: text, text },
  ),
  step(
    'nat',
    {
      kind: { enum: NAT_KINDS },
      field: text,
      before: { anyOf: [text, count] },
      after: { anyOf: [text, count] },
    },
    { table: text, chain: text, rule: text, text },
  ),
  step(
    'balance',
    {
      frontend: text,
      rule: text,
      pool: text,
      members: listOf(object({ name: text, health: { enum: ['up', 'down'] } }, { why: text })),
      hash: texts,
      picked: orNull(text),
      how: { enum: ['hash', 'picked', 'only', 'session'] },
    },
    { text },
  ),
  step(
    'session',
    {
      did: { enum: ['opened', 'matched', 'missing'] },
      table: text,
      original: ref('flow'),
      reply: orNull(ref('flow')),
    },
    { pin: text, state: text, entry: ref('entry') },
  ),
  step(
    'encapsulate',
    { header: text, octets: count, layers: listOf(ref('layer')) },
    {
      vni: count,
      key: count,
      spi: count,
      session: count,
      mode: { const: 'transport' },
      standsFor: { ...text, description: 'customer address whose location the outer destination is' },
    },
  ),
  step(
    'decapsulate',
    { header: text, layers: listOf(ref('layer')) },
    { vni: count, key: count, spi: count, session: count, mode: { const: 'transport' } },
  ),
  step(
    'resolve',
    { address: text, to: orNull(text), owner: orNull(text) },
    { asked: { const: true }, server: text },
  ),
  step(
    'bridge',
    { bridge: text, in: text, out: text, how: { enum: BRIDGED } },
    { ports: texts, vlan: count },
  ),
  step('cross', { segment: text, from: text, to: text }, {}),
  step('layer', { layer: text, direction: text }, {}),
  step('port', { port: text, direction: { enum: ['in', 'out'] }, packet }, {}),
  step('ttl', { before: whole, after: whole }, {}),
  step('mark', { before: count, after: count }, {}),
  step('dscp', { before: count, after: count }, {}),
  step('ecn', { before: count, after: count }, {}),
  step('mss', { before: count, after: count }, {}),
  step('mtu', { port: text, mtu: count, length: count, did: { enum: ['refused', 'fragmented'] } }, {}),
  step('connmark', { before: count, after: count }, {}),
  step('assume', { code: assumption }, { about: text }),
  step('originate', { cause: text, packet }, {}),
  step(
    'mirror',
    { session: text, port: text, direction: { enum: ['ingress', 'egress'] }, packet },
    { out: text },
  ),
  step('block', { reason }, { note: text, pointer: text }),
  step('deliver', { to: text, packet }, {}),
  step(
    'drop',
    { reason, packet },
    {
      note: text,
      pointer: { ...text, description: 'JSON pointer of the place that at names: what --set takes' },
    },
  ),
  step('loop', { packet }, {}),
  step('leave', { towards: text, packet }, {}),
  step('unknown', { missing: text, packet }, {}),
] as const;
