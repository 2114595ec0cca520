/** How much of a walk is told. */
import { isDenying } from '../report/action.ts';
import type { Step } from '../report/report.ts';

/** 0: what changed the packet or decided its fate; 1 (`-v`): every table consulted; 2 (`-vv`): near misses and headers too. */
export type Detail = 0 | 1 | 2;

const DECIDES = /^(accept|allow)/i;

/** The detail from which on a step is told. */
export function detailOf(step: Step): Detail {
  switch (step.type) {
    case 'rule':
      return isDenying(step.action) ||
        step.table === 'chain' ||
        (step.rule !== null && step.at !== undefined && DECIDES.test(step.action))
        ? 0
        : 1;
    case 'session':
      return isRemarkable(step) ? 0 : 1;
    case 'resolve':
      return step.asked === true || step.to === null || step.at !== undefined ? 0 : 1;
    case 'layer':
    case 'port':
    case 'assume':
      return 1;
    case 'encapsulate':
    case 'decapsulate':
      return isFraming(step) ? 1 : 0;
    case 'route':
    case 'nat':
    case 'balance':
    case 'bridge':
    case 'cross':
    case 'ttl':
    case 'mark':
    case 'dscp':
    case 'ecn':
    case 'mss':
    case 'mtu':
    case 'connmark':
    case 'originate':
    case 'mirror':
    case 'block':
    case 'deliver':
    case 'drop':
    case 'loop':
    case 'leave':
    case 'unknown':
      return 0;
    default:
      return step satisfies never;
  }
}

/** A packet gets into a frame, or out of it: on a link that has frames everyone does that. */
export const isFraming = (step: Extract<Step, { readonly type: 'encapsulate' | 'decapsulate' }>): boolean =>
  step.header === 'ethernet';

type Session = Extract<Step, { readonly type: 'session' }>;

/** Sessions that steer, admit or rewrite what follows, or that are not there when they should be. */
function isRemarkable(session: Session): boolean {
  return (
    session.table.endsWith('load-balancer') ||
    session.table.endsWith('firewall') ||
    session.did === 'missing' ||
    session.state === 'INVALID' ||
    isTranslating(session)
  );
}

/** Whether the answer is expected under other addresses or ports than the turned-round original. */
export function isTranslating({ original, reply }: Session): boolean {
  if (!reply) return false;
  const { src, dst, sport, dport, id } = original;
  return (
    reply.src !== dst ||
    reply.dst !== src ||
    reply.sport !== dport ||
    reply.dport !== sport ||
    reply.id !== id
  );
}
