/** What `tcpdump -n` prints on one interface while the walks pass it. */
import type { Hop, PacketFact, WalkReport } from '../report/report.ts';
import { visible } from './escape.ts';
import { dumpLines } from './tcpdump.ts';

export interface Interface {
  readonly node: string;
  readonly port: string;
}

export interface Capture {
  /** A line a packet, in order, each with its line feed; undefined when no such interface was passed. */
  readonly text: string | undefined;
  /** Every interface that a packet passed, as `node/port`, in order of first appearance: for a suggestion. */
  readonly interfaces: readonly string[];
}

export function renderCapture(report: WalkReport, wanted: Interface): Capture {
  const seen = new Set<string>();
  const lines: string[] = [];
  for (const { hops } of report.walks) {
    for (const hop of hops) {
      for (const { port, packet } of crossingsOf(hop)) {
        seen.add(`${hop.node}/${port}`);
        if (hop.node === wanted.node && port === wanted.port) lines.push(...dumpLines(packet));
      }
    }
  }
  const text = seen.has(`${wanted.node}/${wanted.port}`)
    ? lines.map((line) => `${visible(line)}\n`).join('')
    : undefined;
  return { text, interfaces: [...seen] };
}

interface Seen {
  readonly port: string;
  readonly packet: PacketFact;
}

/** The packets on the interfaces of a hop, in order: in, between its parts, out. */
function crossingsOf({ in: arrived, steps, out: left }: Hop): readonly Seen[] {
  const inner = steps.filter((step) => step.type === 'port');
  return [...(arrived ? [arrived] : []), ...inner, ...(left ? [left] : [])];
}
