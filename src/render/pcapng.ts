/** The packets of a walk as a capture file: one interface for each that a packet passed, one packet for each crossing. */
import { writePcapng, type WrittenPacket } from '../packet/capture/write-pcapng.ts';
import { encode } from '../packet/wire/encode.ts';
import type { Sealer } from '../packet/wire/sealer.ts';
import type { WireHeader, WirePacket } from '../packet/wire/wire-packet.ts';
import type { PacketFact, Step, WalkReport } from '../report/report.ts';
import { visible } from './escape.ts';
import { rowOf } from './row.ts';
import { wirePacket } from './wire-layers.ts';
import { hopNumber } from './verdict.ts';

/** 2000-01-01, of the first crossing; each is a microsecond after the one before. */
const EPOCH = 946_684_800_000_000_000n;

interface Crossing {
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly packet: PacketFact;
  /** Octets behind its headers when it set out, which no hop changes. */
  readonly payload: number;
  readonly comments: readonly string[];
}

/** `sealer` has the keys of every SPI in the report: what the file holds of ESP is encrypted with them. */
export function renderPcapng(report: WalkReport, sealer: Sealer): Uint8Array {
  const crossings = report.walks.flatMap(({ hops }, walk) =>
    hops.flatMap((_, hop) => crossingsOf(report, walk, hop)),
  );
  const names = [...new Set(crossings.map(({ name }) => name))];
  const packets = crossings.map(({ name, direction, packet, payload, comments }, i): WrittenPacket => ({
    interface: names.indexOf(name),
    time: EPOCH + BigInt(i) * 1000n,
    bytes: encode(framed(wirePacket(packet, payload), names, crossings, i), sealer),
    direction,
    comments,
  }));
  return writePcapng(names.map(visible), packets, 'nettrace');
}

/** The packets of a hop: in, between its parts, out. Each has the steps behind the one before it, the last those behind it. */
function crossingsOf({ walks }: WalkReport, walk: number, at: number): readonly Crossing[] {
  const hop = walks[walk]!.hops[at]!;
  const title = `hop ${hopNumber({ walks } as WalkReport, { walk, hop: at })} ${hop.node}`;
  const payload = wirePacket(walks[walk]!.packet).payload.length;
  const crossings: Crossing[] = [];
  let steps: Step[] = [];
  const add = (port: string, direction: 'in' | 'out', packet: PacketFact): void => {
    const comments = [`${title} ${direction}`, ...steps.map(stepText)].map(visible);
    crossings.push({ name: `${hop.node}/${port}`, direction, packet, payload, comments });
    steps = [];
  };
  if (hop.in) add(hop.in.port, 'in', hop.in.packet);
  for (const step of hop.steps)
    if (step.type === 'port') add(step.port, step.direction, step.packet);
    else steps.push(step);
  if (hop.out) add(hop.out.port, 'out', hop.out.packet);
  const last = crossings.pop();
  if (last) crossings.push({ ...last, comments: [...last.comments, ...steps.map(stepText).map(visible)] });
  return crossings;
}

function stepText(step: Step): string {
  const { verb, text } = rowOf(step, { detail: 0, owner: undefined });
  return `${verb} ${text}`.trim();
}

/**
 * The packet on Ethernet. Where the walk has no frame, its addresses are nettrace's own: 02:00:00:00 and the number of the
 * interface, from 1, of the sender and of who has the packet next.
 */
function framed(
  packet: WirePacket,
  names: readonly string[],
  crossings: readonly Crossing[],
  at: number,
): WirePacket {
  if (packet.headers[0]?.proto === 'ethernet') return packet;
  const { direction } = crossings[at]!;
  const [from, to] = direction === 'out' ? [at, at + 1] : [at - 1, at];
  const mac = (i: number): number => 0x02_00_00_00_00_00 + names.indexOf(crossings[i]?.name ?? '') + 1;
  const ethernet: WireHeader = { proto: 'ethernet', src: mac(from), dst: mac(to) };
  return { ...packet, headers: [ethernet, ...packet.headers] };
}
