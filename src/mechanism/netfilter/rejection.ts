/** What REJECT sends to the packet's sender (nf_reject_ipv4.c, nf_reject_ipv6.c). */
import { setOf } from '../../value/integer-set.ts';
import { constant } from '../../value/term.ts';
import { flowOf, ipOf, rewrite, transportOf, type Packet } from '../../packet/packet.ts';
import { flagByte, type TcpFlag } from '../../packet/tcp.ts';
import type { Io } from '../../walk/device.ts';
import type { Machine, Passing } from './machine.ts';
import type { IcmpError } from './ruleset.ts';

const CAUSE = 'filter-denied';

const bytesWith = (flag: TcpFlag): ReturnType<typeof setOf> =>
  setOf(
    Array.from({ length: 256 }, (_, byte) => byte)
      .filter((byte) => byte & flagByte([flag]))
      .map((byte) => ({ first: byte, last: byte })),
  );
const HAS_RST = bytesWith('RST');
const HAS_ACK = bytesWith('ACK');

/** Sends a TCP reset or an ICMP error. Both leave as part of the flow, so the sender sees the address it asked for. */
export function sendRejection(
  answer: IcmpError | 'tcp-reset',
  passing: Passing,
  machine: Machine,
  io: Io,
): void {
  const about = asSent(passing);
  if (answer === 'tcp-reset') {
    const reset = resetOf(about, io);
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

/** No reset answers a reset. One without ACK acknowledges what came, as RFC 9293 section 3.10.7.1 says. */
function resetOf(about: Packet, io: Io): Packet | undefined {
  const ip = ipOf(about)!;
  const tcp = transportOf(about);
  if (tcp?.proto !== 'tcp' || io.ask.within(tcp.flags, HAS_RST, undefined)) return undefined;
  const flags = constant(flagByte(io.ask.within(tcp.flags, HAS_ACK, undefined) ? ['RST'] : ['RST', 'ACK']));
  return {
    headers: [
      { proto: ip.proto, src: ip.dst, dst: ip.src, ttl: constant(64) },
      { proto: 'tcp', sport: tcp.dport, dport: tcp.sport, flags },
    ],
    payload: 0,
  };
}
