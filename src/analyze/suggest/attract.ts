/** Packets brought to the place where their receiver is: its address announced by a router of that place. */
import type { Candidate, Failure } from './failure.ts';
import { turnOn } from './setting.ts';

export function attract({ trace, topology }: Failure): readonly Candidate[] {
  const there = trace.walks.find(({ direction }) => direction === 'forward')?.walk;
  const place = there?.verdict.outcome === 'delivered' ? there.device.place : undefined;
  const { announcements, places } = topology.declared;
  return [...announcements.values()].flatMap(({ node, hostRoutes, at }) =>
    place !== undefined && places.get(node)?.place === place && hostRoutes !== true
      ? [turnOn(at, 'hostRoutes')]
      : [],
  );
}
