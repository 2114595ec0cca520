/** The published JSON Schema of `nettrace check`. The compiler refuses it when it and check.ts disagree. */
import { CLAIMS, type ClaimCode } from './claim.ts';
import type { CheckReport } from './check.ts';
import { LINT_CODES } from './lint.ts';
import { REPORT_SCHEMA } from './schema.ts';
import { count, DIALECT, listOf, none, object, orNull, ref, text, texts } from './schema-part.ts';
import type { Described, Same } from './schema-type.ts';

const severity = { enum: ['error', 'warning'] } as const;
const code = { enum: Object.keys(CLAIMS) as ClaimCode[] } as const;
const claimed = { anyOf: [text, { type: 'number' }, { type: 'boolean' }, none, texts] } as const;
const place = ref('place');
const { $schema: _, title: __, definitions, ...walkReport } = REPORT_SCHEMA;

const known = object({
  file: text,
  expectation: text,
  code,
  flow: { ...text, description: 'such as 10.3.0.4 > 10.1.0.4 tcp/22' },
});

/** As many as `--shard` takes. */
const shards = { ...count, minimum: 1, maximum: 99_999 } as const;

const DEFINITIONS = {
  ...definitions,
  walkReport,
  place: object({
    file: text,
    line: { ...count, description: 'from 1' },
    column: { ...count, description: 'from 1, in UTF-16 units' },
  }),
  finding: object(
    {
      code: { enum: LINT_CODES },
      severity,
      outcome: { enum: ['found', 'known', 'off'] },
      about: {
        ...listOf(object({ name: text, value: text })),
        description: 'names and values that it is about',
      },
      at: place,
      pointer: { ...text, description: 'the place as a JSON pointer, which stays when lines move' },
      related: listOf(object({ what: text, at: place })),
    },
    { reason: { ...text, description: 'why it is off' } },
  ),
  diagnostic: object({ code: text, severity, message: text }, { at: place, suggestion: text }),
  violation: object(
    {
      code,
      way: { enum: ['forward', 'return'] },
      expected: claimed,
      found: { ...claimed, description: 'null where there is nothing to compare' },
      at: place,
      hop: {
        ...orNull(object({ number: count, node: text })),
        description: 'where in the walk it shows; the number counts through all walks',
      },
    },
    { field: text, decided: place },
  ),
  failure: object(
    {
      flow: ref('flow'),
      outcome: { enum: ['failed', 'known', 'unknown'] },
      violations: listOf(ref('violation')),
    },
    {
      fail: { ...texts, description: 'with fail-any: what has failed' },
      choices: listOf(ref('choice')),
      walk: { ...ref('walkReport'), description: 'left out where there are many failures' },
    },
  ),
  expectation: object(
    {
      name: text,
      severity,
      at: place,
      flows: count,
      outcome: { enum: ['held', 'failed', 'known', 'unknown'] },
      failures: listOf(ref('failure')),
    },
    {
      why: text,
      sampled: { ...texts, description: 'ranges and prefixes of which some values are walked for all' },
    },
  ),
  file: object({
    file: text,
    topology: { anyOf: [object({ name: text, file: text }), none] },
    diagnostics: listOf(ref('diagnostic')),
    findings: { anyOf: [listOf(ref('finding')), none] },
    expectations: listOf(ref('expectation')),
  }),
  known,
} as const;

export const CHECK_SCHEMA = {
  $schema: DIALECT,
  title: 'What nettrace check and nettrace lint print with --reporter json',
  ...object(
    {
      version: { const: 1 },
      command: { enum: ['check', 'lint'] },
      outcome: { enum: ['held', 'failed', 'invalid', 'unknown'] },
      counts: object({
        files: count,
        errors: count,
        warnings: count,
        expectations: count,
        flows: count,
        held: count,
        failed: count,
        warned: count,
        known: count,
        unknown: count,
        lintErrors: count,
        lintWarnings: count,
        suppressed: count,
      }),
      files: listOf(ref('file')),
      maxWarnings: orNull(count),
      stale: listOf(ref('known')),
      staleFindings: listOf(object({ file: text, code: { enum: LINT_CODES }, pointer: text })),
      rules: listOf(object({ code: text, summary: text, condition: text })),
    },
    { shard: object({ index: shards, count: shards }) },
  ),
  definitions: DEFINITIONS,
} as const;

true satisfies Same<Described<typeof CHECK_SCHEMA, typeof DEFINITIONS>, CheckReport>;
