/**
 * How connection tracking follows TCP (net/netfilter/nf_conntrack_proto_tcp.c), sequence numbers and windows apart:
 * packets have none here, so every segment counts as in window.
 */
import type { Value } from '../../value/address.ts';
import { flagByte, type TcpFlag } from '../../packet/tcp.ts';
import type { Table } from '../../walk/ask.ts';
import type { Direction } from './tracked.ts';

/** get_conntrack_index: what a segment is, by its flags. */
export type Segment = 'syn' | 'synack' | 'fin' | 'ack' | 'rst';

/** As `conntrack -L` names them: none, SYN_SENT, SYN_RECV, ESTABLISHED, FIN_WAIT, CLOSE_WAIT, LAST_ACK, TIME_WAIT, CLOSE, SYN_SENT2. */
export type TcpState = 'NO' | 'SS' | 'SR' | 'ES' | 'FW' | 'CW' | 'LA' | 'TW' | 'CL' | 'S2';

export interface TcpEntry {
  readonly state: TcpState;
  /** IP_CT_TCP_FLAG_CLOSE_INIT: one side began to close. */
  readonly closing: boolean;
  /** The direction of the last valid segment, if that was a RST. */
  readonly reset: Direction | undefined;
  /** The last segment was a SYN that LAST_ACK ignored: an ACK may be the challenge to it (RFC 5961 section 4). */
  readonly challenged: boolean;
}

const ORDER = ['NO', 'SS', 'SR', 'ES', 'FW', 'CW', 'LA', 'TW', 'CL', 'S2'] as const;

/** tcp_conntracks, columns in ORDER; IV is invalid, IG passes and changes nothing. */
const NEXT: Readonly<Record<Direction, Readonly<Record<Segment, string>>>> = {
  original: {
    //       NO SS SR ES FW CW LA TW CL S2
    syn: '   SS SS IG IG IG IG IG SS SS S2',
    synack: 'IV IV SR IV IV IV IV IV IV SR',
    fin: '   IV IV FW FW LA LA LA TW CL IV',
    ack: '   ES IV ES ES CW CW TW TW CL IV',
    rst: '   IV CL CL CL CL CL CL CL CL CL',
  },
  reply: {
    //       NO SS SR ES FW CW LA TW CL S2
    syn: '   IV S2 IV IV IV IV IV SS IV S2',
    synack: 'IV SR IG IG IG IG IG IG IG SR',
    fin: '   IV IV FW FW LA LA LA TW CL IV',
    ack: '   IV IG SR ES CW CW TW TW CL IG',
    rst: '   IV CL CL CL CL CL CL CL CL CL',
  },
};

type Step = TcpState | 'IV' | 'IG';
const STEPS = new Map<string, Step>(
  (['original', 'reply'] as const).flatMap((direction) =>
    Object.entries(NEXT[direction]).flatMap(([segment, row]) =>
      row
        .trim()
        .split(' ')
        .map((step, i): [string, Step] => [`${direction} ${segment} ${ORDER[i]}`, step as Step]),
    ),
  ),
);
const step = (direction: Direction, segment: Segment, state: TcpState): Step =>
  STEPS.get(`${direction} ${segment} ${state}`)!;

/** tcp_valid_flags: any other combination of these five is INVALID; PSH, ECE and CWR do not count. */
const VALID: readonly (readonly TcpFlag[])[] = [
  ['SYN'],
  ['SYN', 'URG'],
  ['SYN', 'ACK'],
  ['RST'],
  ['RST', 'ACK'],
  ['FIN', 'ACK'],
  ['FIN', 'ACK', 'URG'],
  ['ACK'],
  ['ACK', 'URG'],
];
const VALID_BYTES = new Set(VALID.map(flagByte));
const JUDGED = flagByte(['FIN', 'SYN', 'RST', 'ACK', 'URG']);

function segmentOf(byte: number): Segment | undefined {
  if (!VALID_BYTES.has(byte & JUDGED)) return undefined;
  if (byte & flagByte(['RST'])) return 'rst';
  if (byte & flagByte(['SYN'])) return byte & flagByte(['ACK']) ? 'synack' : 'syn';
  return byte & flagByte(['FIN']) ? 'fin' : 'ack';
}

const BY_BYTE = Array.from({ length: 256 }, (_, byte) => segmentOf(byte));

/** Flag byte to segment; undefined where tcp_error calls the packet INVALID. */
export const SEGMENTS: Table<Segment> = { find: (byte: Value) => BY_BYTE[Number(byte)] };

/** tcp_new: the entry that a flow's first segment opens; undefined when it is INVALID. */
export function opened(segment: Segment, loose: boolean): TcpEntry | undefined {
  const state = step('original', segment, 'NO');
  if (state === 'IV' || state === 'IG' || (state !== 'SS' && !loose)) return undefined;
  return { state, closing: false, reset: undefined, challenged: false };
}

export type Followed =
  /** `assures`: an answer was acknowledged, or a flow that was picked up midway answered. */
  | { readonly do: 'keep'; readonly entry: TcpEntry; readonly assures?: boolean }
  | { readonly do: 'invalid' }
  /** The entry dies, and the packet passes as part of it. */
  | { readonly do: 'forget' }
  /** The entry dies, and the packet is looked at as a flow's first. */
  | { readonly do: 'reopen' };

/** nf_conntrack_tcp_packet: what a later segment does to the entry. */
export function followed(
  entry: TcpEntry,
  segment: Segment,
  direction: Direction,
  seenReply: boolean,
): Followed {
  const next = step(direction, segment, entry.state);
  if (next === 'IV') return { do: 'invalid' };
  if (next === 'IG') return ignored(entry, segment, direction);
  if (next === 'SS' && (entry.state === 'TW' || entry.state === 'CL')) {
    const isReopened = entry.closing || entry.reset === direction;
    return isReopened ? { do: 'reopen' } : ignored(entry, segment, direction);
  }
  if (next === 'TW' && segment === 'ack' && direction === 'reply' && entry.challenged) {
    return { do: 'keep', entry: { ...entry, challenged: false } };
  }
  if (segment === 'rst' && !seenReply) return { do: 'forget' };
  const closing = entry.closing || (next === 'FW' && entry.state !== 'FW');
  const reset = segment === 'rst' ? direction : undefined;
  const assures = next === 'ES' && (entry.state === 'SR' || entry.state === 'ES');
  return { do: 'keep', entry: changed(entry, { state: next, closing, reset, challenged: false }), assures };
}

/** Passes and keeps the state. */
function ignored(entry: TcpEntry, segment: Segment, direction: Direction): Followed {
  const challenged = entry.state === 'LA' && segment === 'syn' && direction === 'original';
  return { do: 'keep', entry: changed(entry, { ...entry, reset: undefined, challenged }) };
}

/** The entry itself where nothing changed: a store that remembers nothing new shows that a packet loops. */
const changed = (entry: TcpEntry, next: TcpEntry): TcpEntry =>
  next.state === entry.state &&
  next.closing === entry.closing &&
  next.reset === entry.reset &&
  next.challenged === entry.challenged
    ? entry
    : next;
