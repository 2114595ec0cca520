/** The JSON of `nettrace decode`: a packet of a capture. Plain values only. */
import type { FlowFact } from './report.ts';

export interface DecodedPacket {
  readonly version: 1;
  readonly command: 'decode';
  /** Its place in the file, from 1. */
  readonly number: number;
  /** RFC 3339 in UTC with nanoseconds; null where the file has no time. */
  readonly time: string | null;
  readonly interface: CaptureInterfaceFact;
  /** Octets that the packet had on the wire. */
  readonly length: number;
  /** Octets of it that the file has. */
  readonly captured: number;
  readonly comments: readonly string[];
  /** Outermost first; those of `walk` with every field that is on the wire. */
  readonly layers: readonly DecodedLayer[];
  /** What is behind the innermost header. */
  readonly payload: { readonly length: number; readonly hex: string };
  /** What was not as it should be, or could not be read. */
  readonly problems: readonly DecodeProblemFact[];
}

interface CaptureInterfaceFact {
  readonly id: number;
  readonly name?: string;
  /** LINKTYPE of tcpdump.org. */
  readonly linkType: number;
}

/**
 * A header: `proto` and its fields; addresses and MACs as text, TCP flags as names, octets in hexadecimal, all else as
 * numbers. `checksumState` says whether `checksum` is right; `trailer` are octets behind its body that no length counts.
 */
export interface DecodedLayer {
  readonly proto: string;
  readonly [field: string]: DecodedField;
}

export type DecodedField = string | number | readonly string[] | readonly OptionFact[] | FlowFact;

/** `kind` is absent of octets that are no option; `name` of kinds without one. */
export interface OptionFact {
  readonly kind?: number;
  readonly class?: number;
  readonly name?: string;
  readonly hex: string;
}

export type DecodeProblemFact =
  /** A header or datagram is cut off. */
  | { readonly code: 'cut'; readonly proto: string; readonly wanted: number; readonly there: number }
  /** A field has a value that this header cannot have. */
  | { readonly code: 'malformed'; readonly proto: string; readonly field: string; readonly value: number }
  /** The next header is announced by a number that nettrace does not know. */
  | { readonly code: 'unknown'; readonly proto: string; readonly field: string; readonly value: number }
  /** A length or checksum is not what the octets imply. */
  | {
      readonly code: 'wrong';
      readonly proto: string;
      readonly field: string;
      readonly value: number;
      readonly right: number;
    }
  /** ESP whose integrity check fails under the key that was given. */
  | { readonly code: 'forged'; readonly proto: string }
  /** More headers than are read of one packet. */
  | { readonly code: 'deep'; readonly proto: string }
  /** A link type that nettrace does not know. */
  | { readonly code: 'link'; readonly linkType: number };
