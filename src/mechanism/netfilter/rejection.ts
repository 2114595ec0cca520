/** What REJECT sends to the packet's sender (nf_reject_ipv4.c, nf_reject_ipv6.c). */
import type { Io } from '../../walk/device.ts';
import { resetOf } from '../reset.ts';
import { attach, attaching } from './conntrack.ts';
import type { Machine, Passing } from './machine.ts';
import type { IcmpError } from './ruleset.ts';
import { withEntry, type Tracked } from './tracked.ts';

const CAUSE = 'filter-denied';

const RESET_TTL = 64;

/** Sends a TCP reset or an ICMP error. Both leave as part of the flow, so that the sender sees the address it asked for. */
export function sendRejection(
  answer: IcmpError | 'tcp-reset',
  passing: Passing,
  machine: Machine,
  io: Io,
): void {
  const { packet } = passing;
  if (answer === 'tcp-reset') {
    const reset = resetOf(packet, RESET_TTL, io);
    if (!reset) return;
    attach(reset, { ...passing, tracked: closed(passing, machine, io) });
    io.originate(reset, CAUSE);
    return;
  }
  machine.sendError(answer, passing, attaching(passing, io));
}

/** nf_ct_set_closing: the reset ends the flow, whoever sees it. */
function closed({ tracked }: Passing, machine: Machine, io: Io): Tracked | undefined {
  const tcp = tracked?.entry.tcp;
  if (!tracked?.session || !tcp || tcp.state === 'CL') return tracked;
  return withEntry(tracked, { ...tracked.entry, tcp: { ...tcp, state: 'CL' } }, machine, io);
}
