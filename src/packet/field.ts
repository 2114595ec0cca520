/** One field of a header as it lies on the wire: its bits, who decides its value, and how it is printed. */
import type { FieldForm } from './header.ts';

export interface Field {
  readonly name: string;
  /** 1 to 48; 128 of an IPv6 address. */
  readonly bits: number;
  readonly form: FieldForm;
  /** What a sender writes that says nothing else. */
  readonly initial: number;
  /** The only value that the field may have: a header with another one is not this header. */
  readonly only?: true | undefined;
  /** Said of a packet only when it differs from `initial`. */
  readonly quiet?: true | undefined;
  /** The value that the packet's bytes imply; undefined where they do not tell. */
  readonly make?: ((span: Span) => number | undefined) | undefined;
  /** A bit that says whether the header has the field of this name. */
  readonly present?: string | undefined;
  /** The number space in which the field announces the next header. */
  readonly announces?: NumberSpace | undefined;
}

/** Number spaces of IANA and IEEE in which one header announces the next. */
export type NumberSpace = 'ipProtocol' | 'etherType';

/** Where a header lies in its packet. */
export interface Span {
  readonly proto: string;
  readonly bytes: Uint8Array;
  /** Its first octet. */
  readonly start: number;
  /** The first octet behind it, where its body starts. */
  readonly body: number;
  /** Behind its last octet, body and trailer included. */
  readonly end: number;
  /** Octets of its body that a capture cut off. */
  readonly missing: number;
  /** The header around it. */
  readonly outer: Span | undefined;
  /** Part of a fragmented datagram: sums over the whole datagram cannot be made from it. */
  readonly isPart: boolean;
}

/** A value that the sender states, else `initial`. */
export const value = (name: string, bits: number, initial = 0): Field => ({
  name,
  bits,
  form: 'number',
  initial,
});

/** An IPv4 address of 32 bits or an IPv6 address of 128. */
export const address = (name: string, bits: 32 | 128): Field => ({ name, bits, form: 'address', initial: 0 });

export const mac = (name: string): Field => ({ name, bits: 48, form: 'mac', initial: 0 });

/** Bits that are 0 (or `initial`) when sent and ignored when received. */
export const reserved = (name: string, bits: number, initial = 0): Field => ({
  ...value(name, bits, initial),
  quiet: true,
});

/** Bits that tell this header from others, such as a version. */
export const always = (name: string, bits: number, initial: number): Field => ({
  ...value(name, bits, initial),
  only: true,
});

export const made = (name: string, bits: number, make: (span: Span) => number | undefined): Field => ({
  ...value(name, bits),
  make,
});

/** One bit that says whether the header has the field of this name. */
export const presence = (name: string, present: string): Field => ({ ...value(name, 1), present });

/** The number of the next header. */
export const next = (name: string, bits: number, announces: NumberSpace): Field => ({
  ...value(name, bits),
  announces,
});

/** Octets of the header and what it carries. */
export const wholeLength = ({ start, end, missing }: Span): number => end - start + missing;

/** Words of `octets` octets that the header takes. */
export const headWords =
  (octets: number) =>
  ({ start, body }: Span): number =>
    (body - start) / octets;

const OCTETS = new WeakMap<readonly Field[], number>();

/** Octets of a layout. */
export function octetsOf(layout: readonly Field[]): number {
  const known = OCTETS.get(layout);
  if (known !== undefined) return known;
  const octets = layout.reduce((bits, field) => bits + field.bits, 0) / 8;
  OCTETS.set(layout, octets);
  return octets;
}
