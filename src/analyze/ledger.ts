/** The MTU ledger of a walk: what leaves by each port, each header's share of it, and the largest packet that passes whole. */
import {
  HEADERS,
  isFrameHeader,
  linkLengthOf,
  roomIn,
  sizeOf,
  type Header,
  type Packet,
} from '../packet/packet.ts';
import type { Values } from '../packet/header.ts';
import type { LedgerFact, LedgerRow, ShareFact } from '../report/ledger.ts';
import type { Event, Place } from '../walk/event.ts';

/** The ledger by a walk's events; undefined where no link on the way has an MTU that is known. */
export function ledgerOf(events: readonly Event[]): LedgerFact | undefined {
  const rows = crossingsOf(events);
  const first = rows.find(({ fits }) => fits !== undefined);
  if (first === undefined) return undefined;
  const bound = rows.reduce((least, row) => ((row.fits ?? Infinity) < least.fits! ? row : least), first);
  return { largest: bound.fits!, bound: rows.indexOf(bound), crossings: rows };
}

function crossingsOf(events: readonly Event[]): readonly LedgerRow[] {
  const rows: LedgerRow[] = [];
  let hop = -1;
  let at: Place | undefined;
  /** Headers that the packet set out with, from its IP header on. */
  let own = 0;
  for (const event of events) {
    if (event.type === 'entered') {
      if (event.device.node !== at?.node) hop++;
      if (!at) own = event.packet.headers.filter((header) => !isFrameHeader(header)).length;
      at = event.device;
    } else if (event.type === 'sent' && !at?.unseen?.has(event.port)) rows.push(rowOf(event, hop, own));
    else if (event.type === 'mtu' && event.did === 'refused') rows.push(rowOf(event, hop, own));
  }
  return rows;
}

interface Leaving {
  readonly port: string;
  readonly packet: Packet;
  readonly mtu?: number | undefined;
}

function rowOf({ port, packet, mtu }: Leaving, hop: number, own: number): LedgerRow {
  const row = { hop, port, length: linkLengthOf(packet), shares: sharesOf(packet), payload: packet.payload };
  return mtu === undefined
    ? row
    : { ...row, mtu, fits: roomIn(packet.headers.slice(0, packet.headers.length - own), mtu) };
}

function sharesOf({ headers, payload }: Packet): readonly ShareFact[] {
  let inner = payload;
  return headers
    .toReversed()
    .map((header) => {
      const octets = octetsOf(header, inner);
      inner += octets;
      return { proto: header.proto, octets };
    })
    .toReversed();
}

const octetsOf = (header: Header, inner: number): number =>
  sizeOf(HEADERS[header.proto], inner, header as unknown as Values);
