/** Routers: what forwards by a table of its own, and is nobody's machine. */
import * as v from 'valibot';
import type { Kind } from '../kind.ts';
import { declareRouted, routedEntries } from '../routed.ts';

const schema = v.strictObject(routedEntries);

type Config = v.InferOutput<typeof schema>;

export const router: Kind<Config> = {
  kind: 'router',
  section: 'routers',
  summary: 'Routers with interfaces on segments, static routes, equal-cost next hops and route maps.',
  schema,
  declare(name, config, at, reading) {
    declareRouted({ name, kind: 'router' }, config, at, reading);
  },
};
