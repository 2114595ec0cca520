/** What a packet came to: the packets that were seen because of it, and where. Both sides of the oracle answer so. */
import type { Wire } from './wire.ts';

/** A packet on the wire that reaches the machine at an interface, or one that a program on it sends: `local`. */
export interface Arrival {
  readonly in: string;
  readonly packet: Wire;
}

export interface Sighting {
  /** The interface by which it left, or `local` for what passed INPUT. */
  readonly where: string;
  readonly packet: Wire;
  /** Of what was delivered: the mark that it had. */
  readonly mark?: number | undefined;
  /** What its octets have wrong. */
  readonly faults?: readonly string[] | undefined;
}

/** One line, equal if the sides agree. */
export function sightingText({ where, packet, mark, faults = [] }: Sighting): string {
  const marked = mark === undefined || mark === 0 ? '' : ` mark 0x${mark.toString(16)}`;
  return `${where}: ${wireText(packet)}${marked}${faults.map((one) => ` BAD ${one}`).join('')}`;
}

function wireText(packet: Wire): string {
  const { ttl, tos, quoted } = packet;
  const about = quoted ? ` about (${endsText({ ...quoted, flags: undefined, type: undefined })})` : '';
  return `${endsText(packet)} ttl ${ttl}${tos === 0 ? '' : ` tos 0x${tos.toString(16)}`}${about}`;
}

function endsText({ src, dst, proto, sport, dport, flags, type, code, id }: Wire): string {
  const end = (address: string, port: number | undefined): string =>
    port === undefined ? address : `${address} ${port}`;
  const message = type === undefined ? '' : ` ${type}/${code}`;
  const flagged = flags === undefined ? '' : ` [${flags}]`;
  return `${proto} ${end(src, sport)} > ${end(dst, dport)}${flagged}${message}${id === undefined ? '' : ` id ${id}`}`;
}

export const compared = (all: readonly Sighting[]): readonly string[] => all.map(sightingText).toSorted();
