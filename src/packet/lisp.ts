/**
 * LISP, RFC 9300 section 5.1. Carried by UDP to port 4341; carries an IP packet.
 *
 *    +-+-+-+-+-+-+---+-----------------------------------------------+
 *    |N|L|E|V|I|R|KK |            Nonce or map-version               |
 *    +-+-+-+-+-+-+---+-----------------------------------------------+
 *    |       Instance ID (24, if I) and locator-status bits          |
 *    +---------------------------------------------------------------+
 */
import { value } from './field.ts';
import type { HeaderSpec } from './header.ts';

const layout = [value('flags', 8), value('nonce', 24), value('instance', 24), value('locators', 8)];

/** The header of an IP packet by its version; undefined when it has neither. */
export const ipByVersion = (packet: Uint8Array): 'ipv4' | 'ipv6' | undefined =>
  (({ 4: 'ipv4', 6: 'ipv6' }) as const)[(packet[0] ?? 0) >> 4];

export const lisp = {
  proto: 'lisp',
  fields: { instance: 'number' },
  udpPort: 4341,
  layout,
  carries: (_header, body) => ipByVersion(body),
} as const satisfies HeaderSpec;
