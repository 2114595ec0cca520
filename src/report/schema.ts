/** The published JSON Schema of `nettrace walk`. The compiler refuses it when it and report.ts disagree. */
import { HEADERS } from '../packet/packet.ts';
import type { FieldForm } from '../packet/header.ts';
import { TCP_FLAGS } from '../packet/tcp.ts';
import { ASSUMPTIONS, type AssumptionCode } from '../walk/assumption.ts';
import type { NatKind, PassedBecause } from '../walk/event.ts';
import { REASON_CODES } from '../walk/reason.ts';
import type { Outcome } from '../walk/verdict.ts';
import type { Step, WalkReport } from './report.ts';
import {
  at,
  count,
  DIALECT,
  listOf,
  none,
  object,
  orNull,
  ref,
  rejectedBecause,
  text,
  texts,
  whole,
} from './schema-part.ts';
import type { Described, Same } from './schema-type.ts';

const OUTCOMES = ['delivered', 'dropped', 'looped', 'left', 'unknown'] as const satisfies readonly Outcome[];
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
const phase = {
  phase: {
    ...text,
    description:
      'part of the node, such as host for the host switch under a machine; absent is the node itself',
  },
} as const;

const routeRow = { prefix: text, nextHopType: text, source: text } as const;
const routeMore = { nextHop: text, interface: text } as const;

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

const flag = { type: 'boolean' } as const;
const packet = ref('packet');
const reason = { enum: REASON_CODES } as const;
const assumption = { enum: Object.keys(ASSUMPTIONS) as AssumptionCode[] } as const;

const STEPS = [
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
      spi: count,
      standsFor: { ...text, description: 'customer address whose location the outer destination is' },
    },
  ),
  step('decapsulate', { header: text, layers: listOf(ref('layer')) }, { vni: count, spi: count }),
  step('resolve', { address: text, to: text, owner: text }, { server: text }),
  step('layer', { layer: text, direction: text }, {}),
  step('port', { port: text, direction: { enum: ['in', 'out'] }, packet }, {}),
  step('ttl', { before: whole, after: whole }, {}),
  step('mark', { before: count, after: count }, {}),
  step('dscp', { before: count, after: count }, {}),
  step('ecn', { before: count, after: count }, {}),
  step('mss', { before: count, after: count }, {}),
  step('mtu', { port: text, mtu: count, did: { enum: ['refused', 'fragmented'] } }, {}),
  step('connmark', { before: count, after: count }, {}),
  step('assume', { code: assumption }, { about: text }),
  step('originate', { cause: text, packet }, {}),
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

const FORMS = {
  address: text,
  mac: text,
  number: count,
  flags: { type: 'array', items: { enum: TCP_FLAGS } },
  text,
} as const satisfies Record<FieldForm, object>;

const formsOf = (fields: Readonly<Record<string, FieldForm>>) =>
  Object.fromEntries(Object.entries(fields).map(([field, form]) => [field, FORMS[form]]));

/** One object schema a header, made from what headers say of themselves. */
const layer = {
  anyOf: Object.values(HEADERS).map(({ proto, fields, optional = {} }) =>
    object(
      { proto: { const: proto }, ...formsOf(fields) },
      { ...formsOf(optional), ...(proto.startsWith('icmp') ? { quoted: ref('flow') } : {}) },
    ),
  ),
} as const;

const blame = { walk: count, hop: count, step: count } as const;

const DEFINITIONS = {
  assumption: object({ code: assumption, text }, { about: text }),
  blame: object(blame),
  walk: object(
    {
      direction: { enum: ['forward', 'return', 'follow-up'] },
      flow: ref('flow'),
      packet: { ...packet, description: 'the packet as it set out' },
      verdict: { enum: OUTCOMES },
      reason: orNull(reason),
      hops: listOf(ref('hop')),
    },
    {
      cause: {
        ...object({ ...blame, what: text }),
        description: 'of a follow-up: what made it, and which step',
      },
      note: { ...text, description: 'left: where to; unknown: what the model lacks' },
    },
  ),
  flow: object(
    { src: text, dst: text, proto: text },
    {
      sport: count,
      dport: count,
      flags: { type: 'array', items: text },
      type: count,
      code: count,
      id: count,
    },
  ),
  hop: object(
    {
      node: text,
      kind: text,
      in: orNull(ref('crossing')),
      steps: listOf(ref('step')),
      out: orNull(ref('crossing')),
    },
    { where: text },
  ),
  crossing: object({ port: text, packet }),
  packet: object({
    length: { ...count, description: 'octets from the outermost header on' },
    layers: { ...listOf(ref('layer')), description: 'outermost first' },
  }),
  layer,
  rejected: object({ ...routeRow, why: rejectedBecause }, { ...routeMore, ...at }),
  near: object({ rule: text, failed: text, wanted: text, had: text }, { text, ...at }),
  entry: object(
    {
      timeout: { ...count, description: 'seconds, by the kernel’s defaults' },
      replied: flag,
      assured: flag,
      mark: count,
    },
    { state: text, request: count, zoneOriginal: count, zoneReply: count, helper: text },
  ),
  step: { anyOf: STEPS },
} as const;

export const REPORT_SCHEMA = {
  $schema: DIALECT,
  title: 'What nettrace walk --format json prints',
  ...object({
    version: { const: 1 },
    command: { const: 'walk' },
    topology: object({ name: text, file: text }),
    verdict: { enum: OUTCOMES, description: 'over both directions' },
    reason: orNull(reason),
    blame: {
      ...orNull(ref('blame')),
      description: 'the step that ended it: indexes into walks, hops, steps',
    },
    symmetric: {
      anyOf: [{ type: 'boolean' }, none],
      description: 'the same stateful devices both ways; null without a way back to compare',
    },
    through: object({ forward: texts, return: texts }),
    assumptions: listOf(ref('assumption')),
    walks: listOf(ref('walk')),
  }),
  definitions: DEFINITIONS,
} as const;

/** Fails to compile when the schema and the types say different things; the error shows the step that differs. */
true satisfies Same<Described<typeof DEFINITIONS.step, typeof DEFINITIONS>, Step>;
true satisfies Same<Described<typeof REPORT_SCHEMA, typeof DEFINITIONS>, WalkReport>;
