/** What REJECT sends to the packet's sender (nf_reject_ipv4.c, nf_reject_ipv6.c). */
import { flowOf, ipOf, rewrite, type Packet } from '../../packet/packet.ts';
import type { Io } from '../../walk/device.ts';
import { resetOf } from '../reset.ts';
import type { Machine, Passing } from './machine.ts';
import type { IcmpError } from './ruleset.ts';

const CAUSE = 'filter-denied';

const RESET_TTL = 64;

/** Sends a TCP reset or an ICMP error. Both leave as part of the flow, so the sender sees the address it asked for. */
export function sendRejection(
  answer: IcmpError | 'tcp-reset',
  passing: Passing,
  machine: Machine,
  io: Io,
): void {
  const about = asSent(passing);
  if (answer === 'tcp-reset') {
    const reset = resetOf(about, RESET_TTL, io);
    if (reset) io.originate(reset, CAUSE);
    return;
  }
  const isTranslated = passing.tracked?.entry.dst?.kind !== undefined;
  machine.sendError(answer, about, flowOf(about), isTranslated ? ipOf(about)!.dst : undefined, io);
}

/** The packet with the destination that its sender wrote. */
function asSent({ packet, tracked }: Passing): Packet {
  if (!tracked?.flows || tracked.direction !== 'original' || !tracked.entry.dst?.kind) return packet;
  const { dst, dport } = tracked.flows.original;
  return tracked.entry.form === 'ports' ? rewrite(packet, { dst }, { dport }) : rewrite(packet, { dst });
}
