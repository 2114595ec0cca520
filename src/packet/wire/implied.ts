/** What a packet's bytes imply, for encoding to write and decoding to compare. */
import type { Field, Span } from '../field.ts';
import { announced, type WireHeader } from './wire-packet.ts';

/** Whether the bytes imply a field's value. */
export const isImplied = ({ make, announces }: Field): boolean =>
  make !== undefined || announces !== undefined;

/** The value that the bytes imply: a number announces `inner`; undefined where they do not tell. */
export const implied = (field: Field, span: Span, inner: WireHeader | undefined): number | undefined =>
  field.announces === undefined ? field.make?.(span) : announced(field.announces, inner);

/** Whether what a header carries is part of a datagram only. */
export const isFragment = ({ proto, mf, offset }: WireHeader): boolean =>
  (proto === 'ipv4' || proto === 'fragment') && (mf === 1 || (offset !== undefined && offset !== 0));

/** Padding of 1, 2, 3, …: RFC 4303 section 2.4. */
export const defaultPadding = (octets: number): Uint8Array =>
  Uint8Array.from({ length: octets }, (_, i) => i + 1);

/** RFC 8200 section 4.7; in ESP it announces a dummy packet. */
export const NO_NEXT_HEADER = 59;
