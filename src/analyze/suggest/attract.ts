/** Packets brought to the place where their receiver is: its address announced by a router of that place. */
import { placeOf } from '../../kinds/premises.ts';
import type { Candidate, Failure } from './failure.ts';
import { turnOn } from './setting.ts';

export function attract({ trace, topology }: Failure): readonly Candidate[] {
  const there = trace.walks.find(({ direction }) => direction === 'forward')?.walk;
  const place = there?.verdict.outcome === 'delivered' ? there.device.place : undefined;
  const { declared } = topology;
  return [...declared.announcements.values()].flatMap(({ node, hostRoutes, at }) =>
    place !== undefined && placeOf(node, declared)?.place === place && hostRoutes !== true
      ? [turnOn(at, 'hostRoutes')]
      : [],
  );
}
