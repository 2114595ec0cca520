/** The published JSON Schema of `nettrace walk`. The compiler refuses it when it and report.ts disagree. */
import { HEADERS } from '../packet/packet.ts';
import type { FieldForm } from '../packet/header.ts';
import { TCP_FLAGS } from '../packet/tcp.ts';
import type { Outcome } from '../walk/verdict.ts';
import { LEDGER_DEFINITIONS } from './ledger.ts';
import type { Step, WalkReport } from './report.ts';
import {
  at,
  count,
  DIALECT,
  flag,
  listOf,
  none,
  object,
  orNull,
  ref,
  rejectedBecause,
  text,
  texts,
} from './schema-part.ts';
import { assumption, packet, reason, routeMore, routeRow, STEPS } from './schema-step.ts';
import { blockerDefinitions } from './blocker.ts';
import { matrixDefinitions } from './matrix.ts';
import { SUGGESTION_DEFINITIONS } from './suggestion.ts';
import type { Described, Same } from './schema-type.ts';
import { TROMBONE } from './trombone.ts';

const OUTCOMES = ['delivered', 'dropped', 'looped', 'left', 'unknown'] as const satisfies readonly Outcome[];
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

/** What becomes of a flow and its answer, its verdict apart. */
const ANSWER = {
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
  walks: listOf(ref('walk')),
} as const;

/** What an answer has where there is something to say. */
const MORE = {
  segments: { ...listOf(ref('segment')), description: 'full-size segments, where both SYNs said their MSS' },
  trombone: {
    ...ref('trombone'),
    description: 'links between places were crossed more often than the ends ask for',
  },
} as const;

const DEFINITIONS = {
  branch: object(
    {
      choices: listOf(ref('choice')),
      share: {
        ...orNull({ type: 'number' }),
        description: 'the part of all flows that goes this way, if hashes spread them evenly',
      },
      verdict: { enum: OUTCOMES, description: 'over both directions' },
      ...ANSWER,
    },
    MORE,
  ),
  failures: object({
    most: { ...count, description: 'failures at once' },
    tried: { ...count, description: 'how many sets of failures were walked' },
    breaking: { ...listOf(ref('breaking')), description: 'the smallest sets first; none holds another' },
  }),
  breaking: object({
    fail: { ...texts, description: 'as --fail takes them' },
    choices: listOf(ref('choice')),
    verdict: { enum: OUTCOMES },
    reason: orNull(reason),
    node: { ...text, description: 'where the packet ended' },
    direction: { enum: ['forward', 'return', 'follow-up'] },
  }),
  choice: object({ node: { ...text, description: 'as --pick takes it' }, picked: text, options: texts }),
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
      mtu: ref('ledger'),
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
    { where: text, place: text },
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
  ...LEDGER_DEFINITIONS,
  ...SUGGESTION_DEFINITIONS,
  trombone: TROMBONE,
  ...blockerDefinitions({ enum: OUTCOMES } as const, reason),
  ...matrixDefinitions({ enum: OUTCOMES } as const, reason),
} as const;

export const REPORT_SCHEMA = {
  $schema: DIALECT,
  title: 'What nettrace walk --format json prints',
  ...object(
    {
      version: { const: 1 },
      command: { const: 'walk' },
      topology: object({ name: text, file: text }),
      verdict: { enum: [...OUTCOMES, 'mixed'], description: 'mixed: branches end differently' },
      ...ANSWER,
      assumptions: listOf(ref('assumption')),
    },
    {
      branches: {
        ...listOf(ref('branch')),
        description: 'with --all-paths: every way that the choices can go, the usual one first',
      },
      interfaces: {
        ...listOf(object({ name: text, mac: text })),
        description: 'MAC addresses of interfaces that the packets passed, where the topology has them',
      },
      ...MORE,
      cut: {
        const: true,
        description: 'there are more branches, or more sets of failures, than were walked',
      },
      blockers: {
        ...listOf(ref('blocker')),
        description:
          'with --past-drops: what would have stopped the packets; the verdict is that of the first',
      },
      forwarding: {
        ...ref('forwarding'),
        description: 'with --past-drops: where the packets went past that',
      },
      matrix: { ...ref('matrix'), description: 'the branches as pairs of ways, there and back' },
      suggestions: {
        ...listOf(ref('suggestion')),
        description: 'changes that let the flow through, each of them walked; the smallest first',
      },
      established: {
        ...flag,
        description:
          'with --mid-flow: whether the flow was established before; if not, these are the walks that were to establish it',
      },
      failures: {
        ...ref('failures'),
        description: 'with --fail-any: which failures the flow does not survive',
      },
    },
  ),
  definitions: DEFINITIONS,
} as const;

/** Fails to compile when the schema and the types say different things; the error shows the step that differs. */
true satisfies Same<Described<typeof DEFINITIONS.step, typeof DEFINITIONS>, Step>;
true satisfies Same<Described<typeof REPORT_SCHEMA, typeof DEFINITIONS>, WalkReport>;
