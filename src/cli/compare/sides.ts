/** The two topologies that are compared. */
import { printable } from '../../source/printable.ts';
import type { CompareOptions } from '../compare.ts';
import { load, type Loaded } from '../load.ts';
import { blend, type Blend } from './blend.ts';

/** What was asked for on the command line. */
export interface CompareSetup {
  readonly a: string;
  readonly b: string | undefined;
  readonly options: CompareOptions;
}

/** A topology and what messages call it. */
export interface Side extends Loaded {
  readonly called: string;
}

export interface Sides {
  readonly a: Side;
  readonly b: Side;
  readonly blended: Blend;
}

/** Undefined when one of them is wrong, which has then been said on stderr. */
export function readSides({ a, b, options: { set } }: CompareSetup): Sides | undefined {
  const from = load({ topology: a });
  // The mistakes of one file are told once.
  const to = from || b !== undefined ? load({ topology: b ?? a, ...(set && { set }) }) : undefined;
  if (!from || !to) return undefined;
  const name = printable(b ?? a);
  return {
    a: { ...from, called: printable(a) },
    b: { ...to, called: set ? `${name} with --set` : name },
    blended: blend(from, to),
  };
}
