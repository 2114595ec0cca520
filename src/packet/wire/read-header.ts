/** One header read from bytes: its fields, its options, and where its body starts and ends. */
import type { Value } from '../../value/address.ts';
import { octetsOf, type Field } from '../field.ts';
import type { HeaderSpec } from '../header.ts';
import { readBits } from './field-bits.ts';
import { planOf, type Plan } from './plan.ts';
import type { WireHeader, WireValue } from './wire-packet.ts';

/** Octets in which a header is looked for. */
export interface Region {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export interface ReadHeader extends Region {
  /** Without what the bytes imply. */
  readonly header: Record<string, WireValue> & WireHeader;
  /** Every field. */
  readonly values: Readonly<Record<string, Value>>;
  /** Fields that the bytes imply. */
  readonly implied: readonly Field[];
  /** The first octet of its body. */
  readonly body: number;
  /** Behind its body, by its own length where that fits. */
  readonly end: number;
}

export type Unreadable =
  /** The header needs more octets than there are. */
  | { readonly code: 'cut'; readonly proto: string; readonly wanted: number; readonly there: number }
  /** A field does not have the value by which the header is known, or its length is less than the header. */
  | { readonly code: 'malformed'; readonly proto: string; readonly field: string; readonly value: number };

export function readHeader(spec: HeaderSpec, { bytes, start, end }: Region): ReadHeader | Unreadable {
  const there = end - start;
  const { proto } = spec;
  const least = octetsOf(spec.layout);
  if (there < least) return { code: 'cut', proto, wanted: least, there };
  const values = readFields(spec.layout, bytes, start * 8, {});
  const broken = spec.layout.find((field) => field.only === true && values[field.name] !== field.initial);
  if (broken) return { code: 'malformed', proto, field: broken.name, value: Number(values[broken.name]) };
  const more = spec.more?.(values);
  const fixed = least + (more ? octetsOf(more) : 0);
  if (there < fixed) return { code: 'cut', proto, wanted: fixed, there };
  if (more) readFields(more, bytes, (start + least) * 8, values);
  const codec = spec.options?.(values);
  const wanted = spec.headLength?.(values) ?? (codec ? there : fixed);
  if (wanted < fixed) return { code: 'malformed', proto, field: lengthField(spec), value: wanted };
  if (wanted > there) return { code: 'cut', proto, wanted, there };
  const plan = planOf(spec, values);
  const header = stated(proto, plan, values);
  const body = start + wanted;
  if (codec && wanted > fixed) header['options'] = codec.read(bytes, start + fixed, body);
  const whole = start + (spec.wholeLength?.(values) ?? there);
  return {
    bytes,
    start,
    header,
    values,
    implied: plan.implied,
    body,
    end: whole >= body && whole <= end ? whole : end,
  };
}

/** The field that says how long a header is. */
const lengthField = ({ layout }: HeaderSpec): string =>
  layout.find(({ make, name }) => make !== undefined && name !== 'checksum')?.name ?? 'length';

function readFields(
  layout: readonly Field[],
  bytes: Uint8Array,
  start: number,
  into: Record<string, Value>,
): Record<string, Value> {
  let at = start;
  for (const { name, bits } of layout) {
    into[name] = readBits(bytes, at, bits);
    at += bits;
  }
  return into;
}

/** The fields that a sender states; reserved ones only where they are not as they should be. */
function stated(
  proto: string,
  plan: Plan,
  values: Readonly<Record<string, Value>>,
): Record<string, WireValue> & WireHeader {
  const header: Record<string, WireValue> & WireHeader = { proto };
  for (const { name, only, present, quiet, initial } of plan.stated) {
    if (only === true || present !== undefined) continue;
    const value = values[name]!;
    if (quiet !== true || value !== initial) header[name] = value;
  }
  return header;
}
