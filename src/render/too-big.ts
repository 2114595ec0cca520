/** A packet that was too large: what would have passed, and whether its sender learns of it. */
import type { WalkFact } from '../report/report.ts';
import type { Facts, Told } from './facts.ts';
import { hopNumber } from './verdict.ts';

export const tooBigText: Told = (facts) => {
  const { drop, node, hop, walk } = facts;
  const limit = hop.steps.findLast((step) => step.type === 'mtu');
  const last = walk.mtu?.crossings.at(-1)?.length;
  const tall = limit?.type === 'mtu' ? limit.length : (last ?? drop.packet.length);
  // A frame is not counted, and what a tunnel would have put around the packet is.
  const length = Math.min(drop.packet.length, tall);
  const size = `the packet has ${length} bytes${tall > length ? `, in its tunnel ${tall}` : ''}`;
  if (limit?.type !== 'mtu')
    return `${size}, more than the link behind ${node} takes, and nobody is told: a black hole`;
  const most = `${size}, at most ${limit.mtu} leave ${node} by ${limit.port}, and it may not be fragmented`;
  const isOwn = hop === walk.hops[0] && hop.in === null && drop.note === 'EMSGSIZE';
  return isOwn ? `${most}: whoever sends it there gets EMSGSIZE` : `${most}; ${tidingsText(facts)}`;
};

/** What becomes of the error that would make the sender send less. */
function tidingsText({ report, walk, node }: Facts): string {
  const at = report.walks.indexOf(walk);
  const error = report.walks.find(
    ({ direction, cause }) =>
      direction === 'follow-up' && cause?.walk === at && cause.what === 'packet-too-big',
  );
  if (!error) return `${node} sends no error about it, so the sender is not told: a black hole`;
  if (isHeard(error, walk)) return `the error gets back, so the sender learns to send less`;
  const last = error.hops.length - 1;
  const place = `hop ${hopNumber(report, { walk: report.walks.indexOf(error), hop: last })}, ${error.hops[last]?.node ?? node}`;
  return `the error about it ends at ${place} (${error.reason ?? error.verdict}), so the sender is not told: a black hole`;
}

/** The error came to who sent the packet, or left the model towards them. */
const isHeard = (error: WalkFact, about: WalkFact): boolean =>
  error.verdict === 'left' ||
  (error.verdict === 'delivered' &&
    (about.hops[0]?.in !== null || error.hops.at(-1)?.node === about.hops[0]?.node));
