/** The parts that the published JSON Schemas are built from; their literal types survive, for schema-type.ts to read. */
import type { RejectedBecause } from '../walk/event.ts';

export const DIALECT = 'http://json-schema.org/draft-07/schema#';

export const text = { type: 'string' } as const;
export const count = { type: 'integer', minimum: 0 } as const;
export const whole = { type: 'integer' } as const;
export const flag = { type: 'boolean' } as const;
export const none = { type: 'null' } as const;
export const texts = { type: 'array', items: text } as const;
export const ref = <const Name extends string>(name: Name) => ({ $ref: `#/definitions/${name}` }) as const;
export const listOf = <const Items>(items: Items) => ({ type: 'array', items }) as const;
export const orNull = <const Schema>(schema: Schema) => ({ anyOf: [schema, none] }) as const;

/** An object that has the required properties, may have the optional ones, and has no others. */
export const object = <const Required extends object, const Optional = unknown>(
  required: Required,
  optional?: Optional,
) =>
  ({
    type: 'object',
    additionalProperties: false,
    required: Object.keys(required) as (keyof Required)[],
    properties: { ...required, ...(optional as object | undefined) } as Required & Optional,
  }) as const;

const REJECTED = [
  'shorter-prefix',
  'user-route-wins',
  'gateway-route-wins',
  'system-route-protected',
  'propagation-disabled',
  'remote-gateway-unused',
  'gateway-transit-not-allowed',
  'peering-not-connected',
  'peering-access-denied',
  'none-route-removed',
  'higher-metric',
  'interface-down',
  'later-route',
  'other-tos',
] as const satisfies readonly RejectedBecause[];

export const rejectedBecause = { enum: REJECTED } as const;

export const at = {
  at: { ...text, description: 'file:line:column in the user’s file' },
} as const;
