/** What a capture file holds. */

export interface CaptureInterface {
  /** Its number in its section, from 0. */
  readonly id: number;
  readonly name?: string;
  /** LINKTYPE of tcpdump.org. */
  readonly linkType: number;
}

export interface CapturedPacket {
  /** Nanoseconds since 1970; undefined where the file has no time. */
  readonly time: bigint | undefined;
  readonly interface: CaptureInterface;
  readonly bytes: Uint8Array;
  /** Octets that the packet had before it was cut to a snapshot; at least those of `bytes`. */
  readonly length: number;
  readonly comments: readonly string[];
}

export type CaptureFault =
  /** The file is neither pcap nor pcapng. */
  | 'format'
  /** A version of pcapng that is not 1. */
  | 'version'
  /** A length that no packet or block has, or that does not fit what it counts. */
  | 'length'
  /** A packet of an interface that was not described. */
  | 'interface'
  /** The file ends within a packet or block. */
  | 'cut';

/** Where a capture file cannot be read further. */
export class CaptureError extends Error {
  readonly fault: CaptureFault;
  /** Octets from the start of the file. */
  readonly offset: number;

  constructor(fault: CaptureFault, offset: number) {
    super(fault);
    this.fault = fault;
    this.offset = offset;
  }
}

/** Octets of the longest packet that is taken: libpcap's MAXIMUM_SNAPLEN. */
export const LONGEST_PACKET = 262_144;

/** Octets of the longest block of pcapng that is read; Wireshark's own bound. */
export const LONGEST_BLOCK = 16 * 1024 * 1024;
