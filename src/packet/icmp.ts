/**
 * ICMP (RFC 792) and ICMPv6 (RFC 4443), which share their layout.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +---------------+---------------+-------------------------------+
 *    |     Type      |     Code      |           Checksum            |
 *    +---------------+---------------+-------------------------------+
 *    |          Identifier           |        Sequence number        |   of an echo; what errors and others
 *    +-------------------------------+-------------------------------+   have instead is told below
 */
import type { Family } from '../value/address.ts';
import type { Term } from '../value/term.ts';
import { transportChecksum, wholeChecksum } from './checksum.ts';
import { address, made, reserved, value, type Field } from './field.ts';
import type { HeaderSpec, Values } from './header.ts';
import { NEIGHBOUR_LIKE } from './option.ts';
import type { Flow } from './flow.ts';

export interface Icmp<V = Term> {
  readonly proto: 'icmp' | 'icmpv6';
  readonly type: V;
  readonly code: V;
  /** The echo identifier; 0 in errors. */
  readonly id: V;
  /** The echo sequence number. */
  readonly seq?: V;
  /** Of an error about a packet that is too large: what would have passed, in octets (RFC 1191 section 4, RFC 4443 section 3.2). */
  readonly mtu?: V;
  /** Of neighbour discovery: the address that is asked for, and the MAC address of whoever says so (RFC 4861 sections 4.3, 4.4, 4.6.1). */
  readonly target?: V;
  readonly linkLayer?: V;
  /** Of an advertisement: it answers a solicitation, and replaces what was known. */
  readonly solicited?: V;
  readonly override?: V;
  /** In an error: the flow of the packet it quotes, which is how conntrack and senders know what it is about. */
  readonly quoted?: Flow<V>;
}

/** Message types by meaning, for each family. */
export const ICMP_TYPE: Readonly<
  Record<Family, Readonly<Record<'request' | 'reply' | 'unreachable' | 'timeExceeded', number>>>
> = {
  4: { request: 8, reply: 0, unreachable: 3, timeExceeded: 11 },
  6: { request: 128, reply: 129, unreachable: 1, timeExceeded: 3 },
};

/** The second word by type, RFC 792, 950, 1191 and 1256; an echo's, for types that have none of these. */
const ECHO = [value('id', 16), value('seq', 16)];
const UNUSED = [reserved('unused', 32)];
const ICMP_WORD: Readonly<Record<number, readonly Field[]>> = {
  3: [reserved('unused', 16), value('mtu', 16)],
  4: UNUSED,
  5: [address('gateway', 32)],
  11: UNUSED,
  12: [value('pointer', 8), reserved('unused', 24)],
};

/** RFC 4443 section 3, and RFC 4861 section 4 with its target and options. */
const TARGET = address('target', 128);
const ICMPV6_WORD: Readonly<Record<number, readonly Field[]>> = {
  1: UNUSED,
  2: [value('mtu', 32)],
  3: UNUSED,
  4: [value('pointer', 32)],
  133: UNUSED,
  134: [
    value('hopLimit', 8),
    value('managed', 1),
    value('other', 1),
    reserved('unused', 6),
    value('lifetime', 16),
    value('reachable', 32),
    value('retransmit', 32),
  ],
  135: [...UNUSED, TARGET],
  136: [value('router', 1), value('solicited', 1), value('override', 1), reserved('unused', 29), TARGET],
  137: [...UNUSED, TARGET, address('destination', 128)],
};

const head = (checksum: Field): readonly Field[] => [value('type', 8), value('code', 8), checksum];

/** Whether a message is an error, which quotes the packet that it is about. */
export const isIcmpError = (proto: 'icmp' | 'icmpv6', type: number): boolean =>
  proto === 'icmp' ? [3, 4, 5, 11, 12].includes(type) : type < 128;

export const icmp = {
  proto: 'icmp',
  fields: { type: 'number', code: 'number', id: 'number' },
  optional: { seq: 'number', mtu: 'number' },
  ipProtocol: 1,
  layout: head(made('checksum', 16, wholeChecksum(2))),
  more: ({ type }) => ICMP_WORD[Number(type)] ?? ECHO,
  variants: [...Object.values(ICMP_WORD), ECHO],
} as const satisfies HeaderSpec;

/** Messages of neighbour discovery, RFC 4861 section 4. */
export const NEIGHBOUR = { solicitation: 135, advertisement: 136 } as const;

/** Options by message: the source's MAC address of a solicitation, the target's of an advertisement (section 4.6.1). */
const LINK_LAYER: Readonly<Record<number, number>> = {
  [NEIGHBOUR.solicitation]: 1,
  [NEIGHBOUR.advertisement]: 2,
};

const octetsOfMac = (mac: number): Uint8Array =>
  Uint8Array.from({ length: 6 }, (_, i) => Math.floor(mac / 2 ** (40 - 8 * i)));

export const icmpv6 = {
  proto: 'icmpv6',
  fields: { type: 'number', code: 'number', id: 'number' },
  optional: {
    seq: 'number',
    mtu: 'number',
    target: 'address',
    linkLayer: 'mac',
    solicited: 'number',
    override: 'number',
  },
  ipProtocol: 58,
  layout: head(made('checksum', 16, transportChecksum(2, 58))),
  more: ({ type }) => ICMPV6_WORD[Number(type)] ?? ECHO,
  variants: [...Object.values(ICMPV6_WORD), ECHO],
  options: ({ type }: Values) => (Number(type) >= 133 && Number(type) <= 137 ? NEIGHBOUR_LIKE : undefined),
  asOptions: ({ type, linkLayer }: Values) =>
    linkLayer === undefined
      ? []
      : [{ kind: LINK_LAYER[Number(type)] ?? 1, data: octetsOfMac(Number(linkLayer)) }],
} as const satisfies HeaderSpec;
