/** An entry of connection tracking as an event tells it: what `conntrack -L` prints beside the tuples. */
import type { Flow } from '../../packet/flow.ts';
import type { EntryFact } from '../../walk/event.ts';
import type { TcpState } from './tcp-tracking.ts';
import type { Entry } from './tracked.ts';
import { requestType } from './tuple.ts';

/** The kernel's names and its default timeouts in seconds (nf_conntrack_proto_tcp.c). */
const TCP: Readonly<Record<TcpState, readonly [name: string, timeout: number]>> = {
  NO: ['NONE', 0],
  SS: ['SYN_SENT', 120],
  SR: ['SYN_RECV', 60],
  ES: ['ESTABLISHED', 432_000],
  FW: ['FIN_WAIT', 120],
  CW: ['CLOSE_WAIT', 60],
  LA: ['LAST_ACK', 30],
  TW: ['TIME_WAIT', 120],
  CL: ['CLOSE', 10],
  S2: ['SYN_SENT2', 120],
};

/** nf_conntrack_tcp_timeout_unacknowledged: picked up midway, and nobody has answered. */
const UNACKNOWLEDGED = 300;

/** Of UDP and ICMP, and of protocols that have no file of their own in the kernel. */
const TIMEOUT: Readonly<Record<Entry['form'], number>> = { ports: 30, icmp: 30, bare: 600 };

export function entryFact(original: Flow, entry: Entry): EntryFact {
  const { form, tcp, seenReply, isAssured, mark, zones, helper } = entry;
  const [state, timeout] = tcp ? TCP[tcp.state] : [undefined, TIMEOUT[form]];
  return {
    state,
    request: form === 'icmp' ? requestType(original) : undefined,
    timeout: tcp && !seenReply ? Math.min(timeout, UNACKNOWLEDGED) : timeout,
    isReplied: seenReply,
    isAssured,
    mark,
    zones,
    helper,
  };
}
