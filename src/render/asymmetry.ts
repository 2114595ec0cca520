/** State that a device lacks because the two ways differ: how they went. */
import type { WalkFact, WalkReport } from '../report/report.ts';
import type { Facts } from './facts.ts';
import { endText, fieldText, packetName } from './flow.ts';
import { innermostTransport } from './layers.ts';
import { listText } from './words.ts';

/** The walk that went round the device, and the one that came to it. */
interface Parted {
  /** Passed the device without coming to it. */
  readonly missed: WalkFact;
  /** Came to the device: the walk that ended there, or the one whose answer it did not see. */
  readonly came: WalkFact;
}

const passes = ({ hops }: WalkFact, node: string): boolean => hops.some((hop) => hop.node === node);

/** An answer at a device that its question went round, or a packet at a device that the answer to it went round. */
function parted({ report, walk, node }: Facts): Parted | undefined {
  const there = report.walks.find(({ direction }) => direction === 'forward');
  const back = report.walks.find(({ direction }) => direction === 'return');
  if (!there || there === walk) return undefined;
  if (walk === back) return passes(there, node) ? undefined : { missed: there, came: walk };
  if (walk.direction !== 'forward' || !back || passes(back, node)) return undefined;
  return { missed: back, came: walk };
}

/** How the packet that the device did not see went; its absence is the usual cause. */
export function unseenText(facts: Facts): string | undefined {
  const way = parted(facts);
  if (!way) return undefined;
  const { node, walk, report } = facts;
  const unseen = packetName(way.missed.flow);
  const how = `${unseen} went ${wayText(way.missed)}`;
  if (way.missed.direction === 'forward') {
    const before = between(walk);
    const via = before.length === 0 ? 'was sent' : `came through ${listText(before)}`;
    return `${how}; ${packetName(walk.flow)} ${via} to ${node}, which never saw ${unseen}`;
  }
  const first = report.walks[0];
  const saw = first && passes(first, node) ? `${packetName(first.flow)} went through ${node}; ` : '';
  return `${saw}${how}, so ${node} cannot place ${packetName(walk.flow)}`;
}

const between = ({ hops }: WalkFact): readonly string[] => hops.slice(1, -1).map((hop) => hop.node);

function wayText(walk: WalkFact): string {
  const names = between(walk);
  return names.length === 0
    ? `directly to ${walk.hops.at(-1)?.node ?? 'its end'}`
    : `through ${listText(names)}`;
}

/** Whoever asked has no session with the address that answers: a translation of the way there that the way back missed. */
export function strangerText({ report, walk, node, src, drop }: Facts): string | undefined {
  const there = report.walks.find(({ direction }) => direction === 'forward');
  if (!there || walk.direction !== 'return' || there.hops[0]?.node !== node) return undefined;
  const asked = endText(there.flow.dst, there.flow.dport);
  const sport = fieldText(innermostTransport(drop.packet), 'sport');
  const answers = endText(src, sport === undefined ? undefined : Number(sport));
  return `${node} asked ${asked}, and ${answers} answers: what was rewritten on the way there was not undone on the way back`;
}

/** Both ways arrive, and one of them passes a device that sees nothing of the other. */
export function strayText({ walks, through }: WalkReport): string | undefined {
  const there = walks.find(({ direction }) => direction === 'forward');
  const back = walks.find(({ direction }) => direction === 'return');
  const half = through.return.find((node) => !through.forward.includes(node));
  const lost = half ?? through.forward.find((node) => !through.return.includes(node));
  if (!there || !back || lost === undefined) return undefined;
  const question = packetName(there.flow);
  const answer = packetName(back.flow) === question ? 'the answer' : packetName(back.flow);
  const unseen = half === undefined ? answer : question;
  return `${question} went ${wayText(there)}; ${answer} went ${wayText(back)}: ${lost} never sees ${unseen}`;
}
