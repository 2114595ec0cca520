/** Sizes in a report: the MTU ledger of a walk, and the full-size segments of a TCP connection. */
import { count, flag, listOf, object, ref, text } from './schema-part.ts';

/** What leaves by each port on the way, and what could. */
export interface LedgerFact {
  /** Octets of the largest packet that goes all the way whole, as far as it is known. */
  readonly largest: number;
  /** The crossing that takes no larger one: an index. */
  readonly bound: number;
  readonly crossings: readonly LedgerRow[];
}

export interface LedgerRow {
  /** An index into the hops. */
  readonly hop: number;
  readonly port: string;
  /** Octets that an MTU counts: all but an Ethernet header on the outside. */
  readonly length: number;
  /** What each header has of the packet, outermost first; a trailer and its padding are its header's. */
  readonly shares: readonly ShareFact[];
  /** Octets behind the headers. */
  readonly payload: number;
  readonly mtu?: number;
  /** Octets of the largest packet that, in the headers that are around it here, the MTU lets pass. */
  readonly fits?: number;
}

export interface ShareFact {
  readonly proto: string;
  readonly octets: number;
}

/** A full-size segment of one end of a TCP connection. */
export interface SegmentFact {
  /** The walk of that direction: an index. */
  readonly walk: number;
  /** Octets of data, by the MSS that the sender heard and its own. */
  readonly octets: number;
  /** Octets of the packet. */
  readonly length: number;
  /** The packet goes all the way whole. */
  readonly fits: boolean;
}

const octets = (description: string) => ({ ...count, description }) as const;

export const LEDGER_DEFINITIONS = {
  ledger: object({
    largest: octets('octets of the largest packet that goes all the way whole, as far as it is known'),
    bound: octets('index of the crossing that takes no larger one'),
    crossings: listOf(ref('crossed')),
  }),
  crossed: object(
    {
      hop: octets('index into the hops'),
      port: text,
      length: octets('octets that an MTU counts: all but an Ethernet header on the outside'),
      shares: listOf(object({ proto: text, octets: count })),
      payload: octets('octets behind the headers'),
    },
    { mtu: count, fits: octets('octets of the largest packet that the MTU lets pass in the headers here') },
  ),
  segment: object({
    walk: octets('index of the walk of that direction'),
    octets: octets('data of a full-size segment, by both ends’ MSS'),
    length: octets('octets of its packet'),
    fits: { ...flag, description: 'the packet goes all the way whole' },
  }),
} as const;
