/** The published JSON Schema of `nettrace compare`. The compiler refuses it when it and compare.ts disagree. */
import type { CompareOutcome, CompareReport } from './compare.ts';
import { REPORT_SCHEMA } from './schema.ts';
import { count, DIALECT, flag, listOf, object, orNull, ref, text, texts } from './schema-part.ts';
import type { Described, Same } from './schema-type.ts';

const OUTCOMES = ['same', 'different', 'unknown'] as const satisfies readonly CompareOutcome[];
const { definitions, properties } = REPORT_SCHEMA;
const { choices: _, share: __, ...answer } = definitions.branch.properties;
const { segments, trombone, ...required } = answer;
const { verdict, reason } = required;

const DEFINITIONS = {
  ...definitions,
  answer: object(required, { segments, trombone }),
  ending: object({ verdict, reason }),
  topology: object(properties.topology.properties, { set: { ...texts, description: 'as --set was given' } }),
  change: object({
    pointer: { ...text, description: 'JSON pointer; #N behind it is line N of the text there' },
    before: { ...orNull(text), description: 'as JSON; null where there was nothing' },
    after: { ...orNull(text), description: 'as JSON; null where there is nothing any more' },
    at: object({}, { a: text, b: text }),
  }),
  parting: object({ a: orNull(ref('blame')), b: orNull(ref('blame')) }),
  cause: object({
    changes: { ...listOf(count), description: 'indexes into the changes of the report' },
    smallest: { ...flag, description: 'all smaller sets of changes were walked, and none does it' },
  }),
  difference: object({
    a: ref('answer'),
    b: ref('answer'),
    partings: {
      ...listOf(ref('parting')),
      description: 'the steps at which the walks part: on the way there, on the way back',
    },
    cause: {
      ...orNull(ref('cause')),
      description: 'changes that together turn the outcome of a into that of b',
    },
  }),
  compared: object(
    {
      flow: ref('flow'),
      outcome: {
        enum: OUTCOMES,
        description: 'same: verdict, reason, nodes on the way, and what is rewritten or encapsulated there',
      },
      a: ref('ending'),
      b: ref('ending'),
    },
    { difference: ref('difference') },
  ),
} as const;

export const COMPARE_SCHEMA = {
  $schema: DIALECT,
  title: 'What nettrace compare --format json prints',
  ...object({
    version: { const: 1 },
    command: { const: 'compare' },
    a: ref('topology'),
    b: ref('topology'),
    outcome: { enum: OUTCOMES, description: 'the worst of the flows' },
    counts: object({ flows: count, same: count, different: count, unknown: count }),
    assumptions: listOf(ref('assumption')),
    changes: listOf(ref('change')),
    flows: listOf(ref('compared')),
  }),
  definitions: DEFINITIONS,
} as const;

true satisfies Same<Described<typeof COMPARE_SCHEMA, typeof DEFINITIONS>, CompareReport>;
