/** A flow as people write it, to the question that is asked of the network. */
import type { Asked } from '../analyze/check.ts';
import { originOf, type Question } from '../analyze/trace.ts';
import type { Topology } from '../topology/topology.ts';
import { known } from './known.ts';
import { readFlow, type FlowText } from './flow.ts';
import { readPort } from './port.ts';

/** What is walked besides the flow's first packet. */
export interface Extent {
  readonly return: boolean;
  readonly handshake?: boolean;
  readonly pastDrops?: boolean;
}

/** Throws a usage error where the flow cannot be walked; `at` is where it is injected, as `--in` takes it. */
export function readQuestion(
  text: FlowText,
  at: string | undefined,
  extent: Extent,
  picks: Question['picks'],
  topology: Topology,
): Asked {
  const { packet, from, to, isSportChosen } = readFlow(text, topology);
  const question: Question = {
    packet,
    from,
    to,
    picks,
    in: at === undefined ? undefined : readPort(at, topology),
    noReturn: !extent.return,
    handshake: extent.handshake === true,
    ...(extent.pastDrops === true && { pastDrops: true }),
  };
  known(originOf(topology, question));
  return { question, isSportChosen };
}
