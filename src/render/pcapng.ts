/** The packets of a walk as a capture file: one interface for each that a packet passed, one packet for each crossing. */
import { writePcapng, type WrittenPacket } from '../packet/capture/write-pcapng.ts';
import { encode } from '../packet/wire/encode.ts';
import type { Sealer } from '../packet/wire/sealer.ts';
import type { WireHeader, WirePacket } from '../packet/wire/wire-packet.ts';
import { crossingsOf, type CrossingFact } from '../report/crossings.ts';
import type { Step, WalkReport } from '../report/report.ts';
import { parseMac } from '../value/address.ts';
import { visible } from './escape.ts';
import { rowOf } from './row.ts';
import { wirePacket } from './wire-layers.ts';
import { hopNumber } from './verdict.ts';

/** 2000-01-01, of the first crossing; each is a microsecond after the one before. */
const EPOCH = 946_684_800_000_000_000n;

/** `sealer` has the keys of every SPI in the report: what the file holds of ESP is encrypted with them. */
export function renderPcapng(report: WalkReport, sealer: Sealer): Uint8Array {
  const crossings = crossingsOf(report);
  const names = [...new Set(crossings.map(({ name }) => name))];
  const macs = macsOf(report, names);
  const payloads = report.walks.map(({ packet }) => wirePacket(packet).payload.length);
  const packets = crossings.map((crossing, i): WrittenPacket => {
    const { name, direction, packet, walk } = crossing;
    const bare = wirePacket(packet, payloads[walk]);
    return {
      interface: names.indexOf(name),
      time: EPOCH + BigInt(i) * 1000n,
      bytes: encode(framed(bare, crossings, i, macs), sealer),
      direction,
      comments: commentsOf(report, crossing),
    };
  });
  return writePcapng(names.map(visible), packets, 'nettrace');
}

function commentsOf(report: WalkReport, { walk, hop, direction, steps }: CrossingFact): readonly string[] {
  const { node } = report.walks[walk]!.hops[hop]!;
  const title = `hop ${hopNumber(report, { walk, hop })} ${node} ${direction}`;
  return [title, ...steps.map(stepText)].map(visible);
}

function stepText(step: Step): string {
  const { verb, text } = rowOf(step, { detail: 0, owner: undefined });
  return `${verb} ${text}`.trim();
}

/** Interfaces without a MAC address in the topology have one of nettrace's own: 02:00:00:00 and their number, from 1. */
function macsOf({ interfaces = [] }: WalkReport, names: readonly string[]): ReadonlyMap<string, number> {
  const stated = new Map(interfaces.map(({ name, mac }) => [name, parseMac(mac)]));
  return new Map(names.map((name, i) => [name, stated.get(name) ?? 0x02_00_00_00_00_00 + i + 1]));
}

/** The packet on Ethernet; where the walk has no frame, from the sender's interface to that of who has the packet next. */
function framed(
  packet: WirePacket,
  crossings: readonly CrossingFact[],
  at: number,
  macs: ReadonlyMap<string, number>,
): WirePacket {
  if (packet.headers[0]?.proto === 'ethernet') return packet;
  const { direction, walk } = crossings[at]!;
  const [from, to] = direction === 'out' ? [at, at + 1] : [at - 1, at];
  const mac = (i: number, on: 1 | -1): number => {
    const other = crossings[i];
    if (other?.walk !== walk) return NOBODY;
    return other.isCarried ? mac(i + on, on) : macs.get(other.name)!;
  };
  const ethernet: WireHeader = { proto: 'ethernet', src: mac(from, -1), dst: mac(to, 1) };
  return { ...packet, headers: [ethernet, ...packet.headers] };
}

/** Outside of the model. */
const NOBODY = 0x02_00_00_00_00_00;
