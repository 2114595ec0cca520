/** The five-tuple by which stateful devices know a flow. */
import type { Term } from '../value/term.ts';

/** For ICMP echo both ports are the identifier; for protocols without ports both are 0. */
export interface Flow<V = Term> {
  /** IP protocol number. */
  readonly proto: V;
  readonly src: V;
  readonly dst: V;
  readonly sport: V;
  readonly dport: V;
}

export const reverse = <V>(flow: Flow<V>): Flow<V> => ({
  proto: flow.proto,
  src: flow.dst,
  dst: flow.src,
  sport: flow.dport,
  dport: flow.sport,
});
