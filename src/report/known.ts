/** What a baseline calls a flow. */
import type { FlowFact } from './report.ts';

/** `10.3.0.4 > 10.1.0.4 tcp/22`: what stays when source ports change. */
export function flowKey({ src, dst, proto, dport, type }: FlowFact): string {
  const detail = dport ?? type;
  return `${src} > ${dst} ${proto}${detail === undefined ? '' : `/${detail}`}`;
}
