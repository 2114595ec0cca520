/** The TCP reset that refuses a segment (RFC 9293 sections 3.10.7.1 and 3.10.7.2). */
import { constant } from '../value/term.ts';
import { ipOf, transportOf, type Packet } from '../packet/packet.ts';
import { flagByte, flagsWith } from '../packet/tcp.ts';
import type { Io } from '../walk/device.ts';

const HAS_RST = flagsWith('RST');
const HAS_ACK = flagsWith('ACK');

/** No reset answers a reset. One that answers a segment without ACK acknowledges what came. */
export function resetOf(about: Packet, ttl: number, io: Io): Packet | undefined {
  const ip = ipOf(about)!;
  const tcp = transportOf(about);
  if (tcp?.proto !== 'tcp' || io.ask.within(tcp.flags, HAS_RST, undefined)) return undefined;
  const flags = constant(flagByte(io.ask.within(tcp.flags, HAS_ACK, undefined) ? ['RST'] : ['RST', 'ACK']));
  return {
    headers: [
      { proto: ip.proto, src: ip.dst, dst: ip.src, ttl: constant(ttl) },
      { proto: 'tcp', sport: tcp.dport, dport: tcp.sport, flags },
    ],
    payload: 0,
  };
}
