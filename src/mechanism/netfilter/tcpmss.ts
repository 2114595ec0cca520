/** TCPMSS: makes what a SYN says to take smaller (xt_TCPMSS.c, tcpmss_mangle_packet). */
import { range } from '../../value/integer-set.ts';
import type { Family } from '../../value/address.ts';
import { ipOf, type Packet } from '../../packet/packet.ts';
import type { Ask } from '../../walk/ask.ts';
import { mssOf, TCP_HEADERS, withMss } from '../segment-size.ts';
import { familyNumber } from '../ttl.ts';
import type { Machine, Passing } from './machine.ts';

/** What is taken where a SYN does not say: RFC 9293 section 3.7.1, RFC 8200 section 5. */
const UNSAID: Readonly<Record<Family, number>> = { 4: 536, 6: 1220 };

/** The packet with no more than this MSS. A SYN with data that says none is left alone. */
export function clampedMss(to: number | 'path', passing: Passing, machine: Machine, ask: Ask): Packet {
  const { packet } = passing;
  const family = familyNumber(ipOf(packet)!.proto);
  const most = to === 'path' ? machine.pathMtu(passing, ask) - TCP_HEADERS[family] : to;
  const said = mssOf(packet);
  if (said === undefined)
    return packet.payload > 0 ? packet : withMss(packet, Math.min(most, UNSAID[family]));
  return ask.within(said, range(0, Math.max(most, 0)), undefined) ? packet : withMss(packet, most);
}
