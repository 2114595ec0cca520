/** How a parser of a capture file is written: straight on, asking for octets and giving packets. */
import type { CapturedPacket } from './captured.ts';

/** Octets to be given, octets to be passed over, or a packet. */
export type Demand =
  { readonly read: number } | { readonly skip: number } | { readonly packet: CapturedPacket };

/** Is given what it demanded; `undefined` instead of octets at the end of the file. */
export type Parser<Result = void> = Generator<Demand, Result, Uint8Array | undefined>;

/** The next octets; undefined when the file ends before or within them. */
export function* octets(count: number): Parser<Uint8Array | undefined> {
  return yield { read: count };
}
