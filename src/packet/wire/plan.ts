/** A layout as encoding and decoding go through it: each field with its place, what is stated apart from what is implied. */
import { octetsOf, type Field } from '../field.ts';
import type { HeaderSpec, Values } from '../header.ts';
import { isImplied } from './implied.ts';

export interface PlacedField extends Field {
  /** Bits before it in the header. */
  readonly at: number;
}

export interface Plan {
  readonly octets: number;
  readonly all: readonly PlacedField[];
  readonly stated: readonly PlacedField[];
  readonly implied: readonly PlacedField[];
}

const NO_FIELDS: readonly Field[] = [];
const PLANS = new Map<readonly Field[], Map<readonly Field[], Plan>>();

/** The plan of a header with the fields that depend on its values. */
export function planOf(spec: HeaderSpec, header: Values): Plan {
  const more = spec.more ? spec.more(header) : NO_FIELDS;
  let plans = PLANS.get(spec.layout);
  if (!plans) PLANS.set(spec.layout, (plans = new Map()));
  let plan = plans.get(more);
  if (!plan) plans.set(more, (plan = makePlan([...spec.layout, ...more])));
  return plan;
}

/** All have the same keys in the same order: packets read and write millions of them, which is fastest of one shape. */
const placedAt = (
  { name, bits, form, initial, only, quiet, make, present, announces }: Field,
  at: number,
): PlacedField => ({ name, bits, at, initial, present, form, only, quiet, make, announces });

function makePlan(layout: readonly Field[]): Plan {
  let at = 0;
  const all = layout.map((field) => {
    const placed = placedAt(field, at);
    at += field.bits;
    return placed;
  });
  return {
    octets: octetsOf(layout),
    all,
    stated: all.filter((field) => !isImplied(field)),
    implied: all.filter(isImplied),
  };
}
