/**
 * ERSPAN, draft-foschiano-erspan-03 section 4, carried by GRE: a copy of an Ethernet frame. Type I has no header of its own,
 * only GRE's protocol type 0x88be without a sequence number. Type II (0x88be with one):
 *
 *    +-------+-----------------------+-----+---+-+-------------------+
 *    |Ver = 1|         VLAN          | COS |En |T|    Session ID     |
 *    +-------+-----------------------+-----+---+-+-------------------+
 *    |       Reserved        |                 Index                 |
 *    +-----------------------+---------------------------------------+
 *
 * Type III (0x22eb), with eight octets of a platform's own behind it where O is set:
 *
 *    +-------+-----------------------+-----+---+-+-------------------+
 *    |Ver = 2|         VLAN          | COS |BSO|T|    Session ID     |
 *    +-------+-----------------------+-----+---+-+-------------------+
 *    |                           Timestamp                           |
 *    +-------------------------------+-+---------+-----------+-+---+-+
 *    |             SGT               |P|   FT    |   Hw ID   |D|Gra|O|
 *    +-------------------------------+-+---------+-----------+-+---+-+
 *    |                 Platform specific (8), if O                   |
 *    +---------------------------------------------------------------+
 */
import type { Term } from '../value/term.ts';
import { always, reserved, value } from './field.ts';
import type { HeaderSpec, Values } from './header.ts';

/** By the draft's types; the version in a header of type II is 1. */
export interface Erspan<V = Term> {
  readonly proto: 'erspan1' | 'erspan2' | 'erspan3';
  /** 0 to 1023; of types II and III. */
  readonly session?: V;
  /** VLAN of the frame's tag; of types II and III. */
  readonly vlan?: V;
  /** Class of service, 0 to 7. */
  readonly cos?: V;
  /** Of type II, of the tag that the frame had: 0 none, 1 ISL, 2 802.1Q, 3 still in the frame. */
  readonly encap?: V;
  /** Of type III, 2 bits: the frame was short, bad or oversized. */
  readonly bso?: V;
  /** 1: the frame was cut. */
  readonly truncated?: V;
  /** Of type II: the source port's number, 20 bits. */
  readonly index?: V;
  /** Of type III: 1 of an Ethernet frame, from senders that say so. */
  readonly ethernet?: V;
  /** Of type III: who copied, 6 bits. */
  readonly hardware?: V;
  /** Of type III: 1 of what the source port sent, 0 of what it received. */
  readonly egress?: V;
}

const carries = (): string => 'ethernet';

export const erspan1 = {
  proto: 'erspan1',
  fields: {},
  etherType: 0x88be,
  layout: [],
  carries,
} as const satisfies HeaderSpec;

const second = [
  always('version', 4, 1),
  value('vlan', 12),
  value('cos', 3),
  /** Of the tag that the frame had: 0 none, 1 ISL, 2 802.1Q, 3 still in the frame. */
  value('encap', 2),
  value('truncated', 1),
  value('session', 10),
  reserved('reserved', 12),
  value('index', 20),
];

export const erspan2 = {
  proto: 'erspan2',
  fields: { session: 'number' },
  optional: { vlan: 'number', cos: 'number', encap: 'number', truncated: 'number', index: 'number' },
  etherType: 0x88be,
  layout: second,
  carries,
} as const satisfies HeaderSpec;

const third = [
  always('version', 4, 2),
  value('vlan', 12),
  value('cos', 3),
  /** Bad, short or oversized: 0 good or unknown. */
  value('bso', 2),
  value('truncated', 1),
  value('session', 10),
  value('timestamp', 32),
  value('sgt', 16),
  /** The frame is an Ethernet frame. */
  value('ethernet', 1, 1),
  value('frameType', 5),
  value('hardware', 6),
  /** 1 of what the source port sent, 0 of what it received. */
  value('egress', 1),
  value('granularity', 2),
  value('optional', 1),
];

const PLATFORM = [value('platform', 6), value('platformInfo', 26), value('platformInfo2', 32)];
const NOTHING = [] as const;

export const erspan3 = {
  proto: 'erspan3',
  fields: { session: 'number', egress: 'number' },
  optional: {
    vlan: 'number',
    cos: 'number',
    bso: 'number',
    truncated: 'number',
    ethernet: 'number',
    hardware: 'number',
  },
  etherType: 0x22eb,
  layout: third,
  more: ({ optional }: Values) => (optional === 1 ? PLATFORM : NOTHING),
  variants: [PLATFORM],
  carries,
} as const satisfies HeaderSpec;
