/** Which of the copies of a packet is the walk. */
import type { Reason } from './reason.ts';
import type { End, Run } from './run.ts';

export interface Copy {
  readonly run: Run;
  readonly end: End;
}

/**
 * The one that tells most: a loop, since the copies of a frame then never end; else the first that is delivered, that
 * leaves, that the model does not know, and of those dropped the first that is for more than being in the wrong place.
 */
export const mostTelling = <C extends Copy>(copies: readonly C[]): C =>
  copies.reduce((best, one) => (rank(one.end) > rank(best.end) ? one : best));

/** Why a copy ends that only went where the packet does not belong. */
const MISPLACED: readonly Reason[] = ['frame-other-host', 'neighbour-missing', 'vlan-not-member'];

export const isMisplaced = ({ verdict }: End): boolean =>
  verdict.outcome === 'dropped' && MISPLACED.includes(verdict.reason);

function rank({ verdict }: End): number {
  switch (verdict.outcome) {
    case 'looped':
      return 10;
    case 'delivered':
      return 9;
    case 'left':
      return 8;
    case 'unknown':
      return 7;
    case 'dropped': {
      const place = MISPLACED.indexOf(verdict.reason);
      return place < 0 ? MISPLACED.length : place;
    }
    default:
      return verdict satisfies never;
  }
}
