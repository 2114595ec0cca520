/**
 * Ethernet II, IEEE 802.3 section 3.1, without preamble and frame check sequence.
 *
 *    +-------------------------+-------------------------+-----------+
 *    | Destination address (6) |   Source address (6)    | Type (2)  |
 *    +-------------------------+-------------------------+-----------+
 */
import { familyOf, type Address } from '../value/address.ts';
import type { IntegerSet } from '../value/integer-set.ts';
import { constant, type Term } from '../value/term.ts';
import { mac, next } from './field.ts';
import type { HeaderSpec } from './header.ts';

export interface Ethernet<V = Term> {
  readonly proto: 'ethernet';
  readonly src: V;
  readonly dst: V;
}

/** The frame is for every station. */
export const BROADCAST_MAC = constant(0xffff_ffff_ffff);

/** Addresses of many stations: the lowest bit of the first octet is set. */
export const GROUP_MACS: IntegerSet = Array.from({ length: 128 }, (_, i) => (2 * i + 1) * 2 ** 40).flatMap(
  (first) => [first, first + 2 ** 40 - 1],
);

/** The MAC address of a multicast group: RFC 1112 section 6.4, RFC 2464 section 7. */
export const groupMac = (group: Address): number =>
  familyOf(group) === 4
    ? 0x01_00_5e_00_00_00 + (Number(group) % 0x80_0000)
    : 0x33_33_00_00_00_00 + Number(BigInt.asUintN(32, BigInt(group)));

const layout = [mac('dst'), mac('src'), next('type', 16, 'etherType')];

export const ethernet = {
  proto: 'ethernet',
  fields: { src: 'mac', dst: 'mac' },
  etherType: 0x6558,
  layout,
} as const satisfies HeaderSpec;
