/** The published JSON Schema of `nettrace routes`. The compiler refuses it when it and routes.ts disagree. */
import type { RoutesReport } from './routes.ts';
import {
  at,
  DIALECT,
  listOf,
  none,
  object,
  orNull,
  ref,
  rejectedBecause,
  text,
  texts,
} from './schema-part.ts';
import type { Described, Same } from './schema-type.ts';

const row = {
  name: { ...orNull(text), description: 'null for system routes' },
  source: { enum: ['Default', 'User', 'VirtualNetworkGateway'] },
  state: { enum: ['Active', 'Invalid'] },
  addressPrefix: texts,
  nextHopType: text,
  nextHopIpAddress: texts,
  disableBgpRoutePropagation: { type: 'boolean' },
} as const;

const DEFINITIONS = {
  route: object(row, at),
  rejected: object({ ...row, why: rejectedBecause }, at),
} as const;

export const ROUTES_SCHEMA = {
  $schema: DIALECT,
  title: 'What nettrace routes --format json prints',
  ...object(
    {
      version: { const: 1 },
      command: { const: 'routes' },
      topology: object({ name: text, file: text }),
      of: { ...text, description: 'the NIC, subnet or gateway that was asked for' },
      subnet: text,
      value: listOf(ref('route')),
    },
    {
      destination: object({
        address: text,
        winner: { anyOf: [ref('route'), none] },
        rejected: listOf(ref('rejected')),
      }),
    },
  ),
  definitions: DEFINITIONS,
} as const;

true satisfies Same<Described<typeof ROUTES_SCHEMA, typeof DEFINITIONS>, RoutesReport>;
