/** The flow that an ICMP error is about, from what it quotes of the packet. */
import { constant, ZERO } from '../../value/term.ts';
import type { Flow } from '../flow.ts';
import { ipByVersion } from '../lisp.ts';
import { flowOf, ipOf, type Packet } from '../packet.ts';
import type { Decoder } from './decode.ts';
import { readBits } from './field-bits.ts';
import type { WireHeader } from './wire-packet.ts';

/** Undefined when no IP header is quoted. */
export function quotedFlow(quoted: Uint8Array, decode: Decoder): Flow | undefined {
  const link = ipByVersion(quoted);
  if (link === undefined) return undefined;
  // What is quoted was cut off by the sender of the error.
  const { headers, payload } = decode(quoted, link, quoted.length + 1).packet;
  const packet = { headers: [...headers, ...beginning(headers, payload)], payload: 0 } as unknown as Packet;
  return ipOf(packet) && flowOf(packet);
}

/** RFC 792 has eight octets quoted of what IP carries, which hold the ports and are less than a TCP header. */
function beginning(headers: readonly WireHeader[], payload: Uint8Array): readonly object[] {
  const last = headers.at(-1);
  if (last?.proto !== 'ipv4' && last?.proto !== 'ipv6') return [];
  const protocol = Number(last['protocol'] ?? 0);
  if (protocol !== 6 || payload.length < 4) return [{ proto: 'opaque', protocol: constant(protocol) }];
  const port = (at: number) => constant(readBits(payload, at, 16));
  return [{ proto: 'tcp', sport: port(0), dport: port(16), flags: ZERO }];
}
