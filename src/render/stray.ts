/** A packet that fits no session of a firewall, and what is missing before it. */
import type { FlowFact } from '../report/report.ts';
import { messageOf } from './flow.ts';

/** `note` is `out-of-state` where the ends have a session that the packet does not fit. */
export function strayText(flow: FlowFact, note: string): string {
  const { flags, proto } = flow;
  if (!flags) return `${messageOf(flow) ?? proto} of no session`;
  const name = flags.join(',') || 'no flags';
  if (flags.includes('SYN') && flags.includes('ACK')) return `${name} without a SYN: incomplete handshake`;
  if (note !== 'out-of-state') return `${name} of no session: its SYN did not pass here`;
  return flags.includes('RST') || flags.includes('FIN')
    ? `${name} out of state`
    : `${name}, and no SYN,ACK passed here: incomplete handshake`;
}
