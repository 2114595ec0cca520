/** What may help, by the reason why a packet ended: the table of cures, none of which has been walked yet. */
import type { Reason } from '../../walk/reason.ts';
import { allowInFirewall } from './access-rule.ts';
import { attract } from './attract.ts';
import {
  balancing,
  fartherReaching,
  forwarding,
  listener,
  loosened,
  outbound,
  ownAddress,
  smaller,
} from './entry.ts';
import type { Candidate, Failure } from './failure.ts';
import { acceptInChain } from './netfilter.ts';
import { rejoin } from './parted.ts';
import { allowInGroup, newGroup } from './security-group.ts';
import { turnOn } from './setting.ts';
import { circling, misdirected, unpeered, unrouted } from './unrouted.ts';

type Cure = (failure: Failure) => readonly Candidate[];

const switchOn =
  (key: string): Cure =>
  ({ at }) =>
    at === undefined ? [] : [turnOn(at, key)];

const permit: Cure = (failure) => [
  ...allowInGroup(failure),
  ...acceptInChain(failure),
  ...allowInFirewall(failure),
];

const CURES: Partial<Record<Reason, Cure>> = {
  'nic-forwarding-off': switchOn('enableIPForwarding'),
  'source-spoofed': switchOn('enableIPForwarding'),
  'guest-forwarding-off': forwarding,
  'peering-forwarded-denied': switchOn('allowForwardedTraffic'),
  'peering-access-denied': switchOn('allowVirtualNetworkAccess'),
  'peering-not-connected': unpeered,
  'route-none': unrouted,
  'route-missing': unrouted,
  'route-next-hop-unknown': misdirected,
  'reverse-path-failed': loosened,
  'filter-denied': permit,
  'filter-default-policy': permit,
  'session-missing': attract,
  'public-inbound-closed': newGroup,
  'listener-missing': listener,
  'balancer-no-rule': balancing,
  'outbound-missing': outbound,
  'outbound-source-foreign': ownAddress,
  'packet-too-big': smaller,
  'ttl-expired': fartherReaching,
  'node-down': ({ stay, note }) =>
    note === 'deallocated' ? [turnOn(`/machines/${stay.place.node}`, 'powerState', 'running')] : [],
};

/** The likeliest first: of a packet that met a device without its state the ways, whatever it ended by there. */
export function candidatesFor(failure: Failure): readonly Candidate[] {
  const { reason, report, walk, direction } = failure;
  const own = reason === undefined ? [] : (CURES[reason]?.(failure) ?? []);
  if (walk.verdict.outcome === 'looped') return circling(failure);
  if (report.symmetric === false || isForState(reason)) return [...rejoin(failure), ...own];
  return direction === 'return' ? [...own, ...rejoin(failure)] : own;
}

const isForState = (reason: Reason | undefined): boolean => reason?.startsWith('session-') === true;
