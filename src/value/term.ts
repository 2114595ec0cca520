/** The value of a packet field as a device sees it: something to ask about, not to read. */
import type { Value } from './address.ts';

declare const opaque: unique symbol;

/**
 * A field's value, opaque to devices. While one packet is walked it is the value itself, so it costs nothing;
 * an explorer of many packets may put an input field here instead. Only the interpreters of Ask and the
 * folds of analyze/ may open it.
 */
export interface Term {
  readonly [opaque]: true;
}

/** A term that stands for one known value. */
export const constant = (value: Value): Term => value as unknown as Term;

/** Opens a term that stands for one known value. For interpreters and folds only: a device asks instead. */
export const valueOf = (term: Term): Value => term as unknown as Value;

/** The term `delta` away, as a TTL that a router decrements. */
export const plus = (term: Term, delta: number): Term => constant((valueOf(term) as number) + delta);

export const ZERO = constant(0);
