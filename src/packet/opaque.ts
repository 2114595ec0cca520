/** An IP payload of a protocol that has no file here: only its number is known. */
import type { Term } from '../value/term.ts';
import type { HeaderSpec } from './header.ts';

export interface Opaque<V = Term> {
  readonly proto: 'opaque';
  /** IP protocol number, 0 to 255. */
  readonly protocol: V;
}

export const opaque: HeaderSpec = { proto: 'opaque', fields: { protocol: 'number' }, size: () => 0 };
