/** From a packet to its bytes: fields from the outside in, then what bytes imply from the inside out. */
import { ESP_SUITES, espPadding, type EspSuite } from '../esp.ts';
import type { Field, Span } from '../field.ts';
import { optionsOf, type HeaderSpec } from '../header.ts';
import { sizeOf } from '../packet.ts';
import { writeBits } from './field-bits.ts';
import { defaultPadding, implied, isFragment, NO_NEXT_HEADER } from './implied.ts';
import { planOf, type Plan } from './plan.ts';
import type { Sealer } from './sealer.ts';
import { zeroed } from './zeroed.ts';
import { announced, NO_OCTETS, specOf, type WireHeader, type WirePacket } from './wire-packet.ts';

/** A header with the place that it has in the bytes. */
interface Placed extends Span {
  readonly header: WireHeader;
  readonly plan: Plan;
  readonly inner: WireHeader | undefined;
  /** Octets that it carries. */
  readonly content: number;
}

/**
 * The bytes of a packet, with lengths, checksums and next-protocol numbers that are right where the headers do not state
 * them. ESP whose header has a suite is sealed, and `sealer` must have its key; other ESP has its sealed octets as payload.
 */
export function encode({ headers, payload, missing = 0 }: WirePacket, sealer?: Sealer): Uint8Array {
  const specs = headers.map(({ proto }) => specOf(proto));
  const sizes = sizesOf(headers, specs, payload.length);
  const bytes = zeroed(sizes[0]!);
  const placed: Placed[] = [];
  let outer: Placed | undefined;
  for (let i = 0; i < headers.length; i++) {
    const room = { bytes, size: sizes[i]!, content: sizes[i + 1]!, missing };
    outer = place(headers[i]!, specs[i]!, headers[i + 1], room, outer);
    placed.push(outer);
  }
  bytes.set(payload, outer?.body ?? 0);
  for (let i = placed.length - 1; i >= 0; i--) {
    const one = placed[i]!;
    writeMade(one);
    if (isSealed(one.header)) seal(one, sealer);
  }
  return bytes;
}

/** Octets of each header with all that it carries, trailers included, and last those of the payload. */
function sizesOf(headers: readonly WireHeader[], specs: readonly HeaderSpec[], payload: number): number[] {
  const sizes: number[] = [];
  sizes[headers.length] = payload;
  for (let i = headers.length - 1; i >= 0; i--) {
    const inner = sizes[i + 1]!;
    sizes[i] = inner + sizeOf(specs[i]!, inner, headers[i]!) + trailerOf(headers[i]!).length;
  }
  return sizes;
}

const trailerOf = ({ trailer }: WireHeader): Uint8Array => (trailer as Uint8Array | undefined) ?? NO_OCTETS;

const isSealed = ({ proto, suite }: WireHeader): boolean => proto === 'esp' && suite !== undefined;

interface Room {
  readonly bytes: Uint8Array;
  /** Octets of the header and what it carries, its trailer included. */
  readonly size: number;
  readonly content: number;
  readonly missing: number;
}

function place(
  header: WireHeader,
  spec: HeaderSpec,
  inner: WireHeader | undefined,
  { bytes, size, content, missing }: Room,
  outer: Placed | undefined,
): Placed {
  const start = outer?.body ?? 0;
  const trailer = trailerOf(header);
  const end = start + size - trailer.length;
  if (trailer.length > 0) bytes.set(trailer, end);
  const plan = planOf(spec, header);
  const body = writeStated(header, spec, plan, bytes, start);
  const isPart = outer !== undefined && (outer.isPart || isFragment(outer.header));
  return { proto: spec.proto, header, plan, bytes, start, body, end, missing, outer, inner, content, isPart };
}

/** Writes the fields that a header states, its options and its IV; the first octet of its body. */
function writeStated(
  header: WireHeader,
  spec: HeaderSpec,
  plan: Plan,
  bytes: Uint8Array,
  start: number,
): number {
  for (const field of plan.stated) {
    const value = stated(field, header);
    if (value !== 0) writeBits(bytes, start * 8 + field.at, field.bits, value);
  }
  for (const field of plan.implied) {
    const value = header[field.name];
    if (value !== undefined) writeBits(bytes, start * 8 + field.at, field.bits, value as number);
  }
  let body = start + plan.octets;
  const codec = spec.options?.(header);
  if (codec) {
    const options = optionsOf(spec, header);
    codec.write(options, bytes, body);
    body += codec.size(options);
  }
  if (!isSealed(header)) return body;
  const iv = ivOf(header);
  bytes.set(iv, body);
  return body + iv.length;
}

/** What a header has in a field that its bytes do not imply. */
function stated(field: Field, header: WireHeader): number | bigint {
  const value = header[field.name] as number | bigint | undefined;
  if (value !== undefined) return value;
  if (field.present !== undefined) return header[field.present] === undefined ? 0 : 1;
  return field.initial;
}

/** Writes what the bytes imply, in wire order: sums come last in every header that has them. */
function writeMade(one: Placed): void {
  const { plan, header, inner, bytes, start } = one;
  for (const field of plan.implied)
    if (header[field.name] === undefined)
      writeBits(bytes, start * 8 + field.at, field.bits, implied(field, one, inner) ?? field.initial);
}

/** What a sender writes that says nothing else: its sequence number, in the last octets. It repeats under no key. */
function ivOf({ iv, suite, seq }: WireHeader): Uint8Array {
  if (iv instanceof Uint8Array) return iv;
  const made = new Uint8Array(ESP_SUITES[suite as EspSuite].iv);
  if (made.length >= 4) writeBits(made, (made.length - 4) * 8, 32, (seq as number | undefined) ?? 1);
  return made;
}

function seal({ header, inner, content, bytes, start, body, end }: Placed, sealer: Sealer | undefined): void {
  if (!sealer) throw new Error('ESP with a suite is encoded with its key');
  const suite = header['suite'] as EspSuite;
  const last = end - ESP_SUITES[suite].icv;
  const padding = (header['padding'] as Uint8Array | undefined) ?? defaultPadding(espPadding(suite, content));
  bytes.set(padding, last - 2 - padding.length);
  bytes[last - 2] = padding.length;
  bytes[last - 1] = Number(header['nextHeader'] ?? announced('ipProtocol', inner) ?? NO_NEXT_HEADER);
  sealer.seal(suite, bytes, start, body, end);
}
