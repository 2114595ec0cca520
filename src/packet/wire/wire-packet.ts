/** A packet as bytes carry it: the headers of packet.ts with values in place of terms, and the octets behind them. */
import type { Value } from '../../value/address.ts';
import type { HeaderSpec } from '../header.ts';
import type { HeaderOption } from '../option.ts';
import { HEADERS } from '../packet.ts';

export type WireValue = Value | string | Uint8Array | readonly HeaderOption[];

/**
 * A header by its `proto` and the fields of its layout. Fields that are absent have their initial value, or the value
 * that the bytes imply (lengths, checksums, next protocols): one that is there is written as it is, right or wrong.
 * `options` are options; `trailer` are octets behind the header's body that no length counts, such as Ethernet's padding;
 * `suite`, `iv`, `padding` and `nextHeader` are those of ESP that is sealed.
 */
export interface WireHeader {
  readonly proto: string;
  readonly [field: string]: WireValue;
}

export interface WirePacket {
  /** Outermost first. */
  readonly headers: readonly WireHeader[];
  /** What is behind the innermost header. */
  readonly payload: Uint8Array;
  /** Octets that the packet had and a capture cut off: lengths count them. */
  readonly missing?: number;
}

export const NO_OCTETS = new Uint8Array(0);

const SPECS: ReadonlyMap<string, HeaderSpec> = new Map(Object.entries(HEADERS));

export function specOf(proto: string): HeaderSpec {
  const spec = SPECS.get(proto);
  if (!spec) throw new Error(`no header ${proto}`);
  return spec;
}

/** The number by which a header announces this one; undefined when the number space has none for it. */
export function announced(
  space: 'ipProtocol' | 'etherType',
  header: WireHeader | undefined,
): number | undefined {
  if (!header) return undefined;
  if (header.proto === 'opaque') return Number(header['protocol']);
  return specOf(header.proto)[space];
}

/** Headers by the number that announces them: the first listed is tried first. */
export function announcedBy(space: 'ipProtocol' | 'etherType' | 'udpPort'): ReadonlyMap<number, string> {
  const known = new Map<number, string>();
  for (const { proto, [space]: number } of SPECS.values())
    if (number !== undefined && !known.has(number)) known.set(number, proto);
  return known;
}
