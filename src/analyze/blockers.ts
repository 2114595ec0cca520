/** What checks would have stopped, and where the packets went past them. */
import type { BlockerFact, Answer, WalkFact, WalkReport } from '../report/report.ts';

/** The answer as it is with its checks: that of the first that would have dropped a packet; unchanged without one. */
export function blocked(
  answer: Pick<Answer, 'verdict' | 'reason' | 'blame'>,
  walks: readonly WalkFact[],
): Pick<Answer, 'verdict' | 'reason' | 'blame'> & Pick<WalkReport, 'blockers' | 'forwarding'> {
  const blockers = walks.flatMap(blockersOf);
  const [first] = blockers;
  if (!first) return answer;
  const { walk, hop, step, reason } = first;
  return { verdict: 'dropped', reason, blame: { walk, hop, step }, blockers, forwarding: answer };
}

function blockersOf({ direction, hops }: WalkFact, walk: number): readonly BlockerFact[] {
  const found: BlockerFact[] = [];
  if (direction === 'follow-up') return found;
  for (const [hop, { node, steps }] of hops.entries())
    for (const [step, one] of steps.entries())
      if (one.type === 'block') {
        const { reason, at } = one;
        found.push({ walk, hop, step, node, reason, ...(at !== undefined && { at }) });
      }
  return found;
}
