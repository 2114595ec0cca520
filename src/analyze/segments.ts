/** What the ends of a TCP connection send at most, by what their SYNs said (RFC 6691 section 2), and whether it gets through. */
import type { SegmentFact } from '../report/ledger.ts';
import type { PacketFact, WalkFact } from '../report/report.ts';

/** The full-size segments each way; undefined unless both SYNs arrived and said their MSS. */
export function segmentsOf(walks: readonly WalkFact[]): readonly SegmentFact[] | undefined {
  const there = walks.findIndex((walk) => walk.direction === 'forward');
  const back = walks.findIndex((walk) => walk.direction === 'return');
  const [forward, answer] = [walks[there], walks[back]];
  if (!forward || !answer) return undefined;
  const sent = [mssOf(forward.packet), mssOf(answer.packet)];
  const heard = [mssOf(delivered(forward)), mssOf(delivered(answer))];
  if (![...sent, ...heard].every((mss) => mss !== undefined)) return undefined;
  return [
    segmentOf(forward, there, Math.min(sent[0]!, heard[1]!)),
    segmentOf(answer, back, Math.min(sent[1]!, heard[0]!)),
  ];
}

function segmentOf({ packet, mtu }: WalkFact, walk: number, octets: number): SegmentFact {
  const length = octets + (packet.layers[0]?.proto === 'ipv6' ? 60 : 40);
  return { walk, octets, length, fits: mtu === undefined || length <= mtu.largest };
}

/** The packet as its receiver got it. */
function delivered({ hops }: WalkFact): PacketFact | undefined {
  const last = hops.at(-1)?.steps.at(-1);
  return last?.type === 'deliver' ? last.packet : undefined;
}

function mssOf(packet: PacketFact | undefined): number | undefined {
  const mss = packet?.layers.findLast(({ proto }) => proto === 'tcp')?.['mss'];
  return typeof mss === 'number' ? mss : undefined;
}
