/**
 * Stateful inspection: a packet belongs to a session, may open one if rules let it, or is dropped. It is connection tracking
 * without pick-up of connections midway (nf_conntrack_tcp_loose 0), which is what firewalls mean by dropping TCP that does
 * not begin with a SYN: PAN-OS `tcp-reject-non-syn yes`, Cisco ASA "Deny TCP (no connection)", NSX strict TCP.
 */
import { flowOf, type Packet } from '../../packet/packet.ts';
import { ZERO } from '../../value/term.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Action, Io } from '../../walk/device.ts';
import { isOverruled } from '../../walk/past.ts';
import { confirm, track } from '../netfilter/conntrack.ts';
import type { Tracker } from '../netfilter/machine.ts';

export type Refused = Extract<Action, { readonly do: 'drop' }>;

export interface Inspection {
  readonly tracker: Tracker;
  /** What rules say of a packet that is of no session; undefined lets it pass. */
  judge(packet: Packet, io: Io): Refused | undefined;
  /**
   * What fits no session is judged by rules alone, and opens none: PAN-OS `tcp-reject-non-syn no` with `asymmetric-path
   * bypass`, Cisco ASA `tcp-state-bypass`.
   */
  readonly allowsAsymmetric: boolean;
  readonly at: Cite;
}

/** Undefined lets the packet pass. The note of a drop says whether a session of these ends is there, which it does not fit. */
export function inspect(inspection: Inspection, packet: Packet, io: Io): Refused | undefined {
  const { tracker, allowsAsymmetric } = inspection;
  const passing = track({ packet, mark: ZERO }, tracker, io);
  const { state, isFresh } = passing.tracked!;
  switch (state) {
    case 'ESTABLISHED':
    case 'RELATED':
    case 'UNTRACKED':
      return undefined;
    case 'NEW': {
      if (!isFresh) return undefined;
      const refused = inspection.judge(packet, io);
      if (refused && !isOverruled(refused, io)) return refused;
      const confirmed = confirm(passing, tracker, io);
      return confirmed.do === 'drop' ? confirmed : undefined;
    }
    case 'INVALID': {
      const refused = allowsAsymmetric ? inspection.judge(packet, io) : sessionless(inspection, packet, io);
      return refused && isOverruled(refused, io) ? undefined : refused;
    }
    default:
      return state satisfies never;
  }
}

function sessionless({ tracker, at }: Inspection, packet: Packet, io: Io): Refused {
  const found = io.sessions.find(tracker.zone, flowOf(packet));
  return { do: 'drop', reason: 'session-missing', at, note: found ? 'out-of-state' : 'no-session' };
}
