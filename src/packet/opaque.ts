/** An IP payload of which only the protocol's number is known: it has no file here, or no header of it is in this fragment. */
import type { Term } from '../value/term.ts';
import type { HeaderSpec } from './header.ts';

export interface Opaque<V = Term> {
  readonly proto: 'opaque';
  /** IP protocol number, 0 to 255. */
  readonly protocol: V;
}

export const opaque = {
  proto: 'opaque',
  fields: { protocol: 'number' },
  layout: [],
} as const satisfies HeaderSpec;
