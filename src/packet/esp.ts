/**
 * Encapsulating Security Payload, RFC 4303 section 2.
 *
 *    +---------------------------------------------------------------+
 *    |               Security parameters index (SPI)                 |
 *    +---------------------------------------------------------------+
 *    |                       Sequence number                         |
 *    +---------------------------------------------------------------+
 *    |            Initialization vector (suite's length)             |
 *    +---------------------------------------------------------------+
 *    |            Encrypted payload and padding                      |
 *    +                               +---------------+---------------+
 *    |                               |  Pad length   |  Next header  |
 *    +-------------------------------+---------------+---------------+
 *    |            Integrity check value (suite's length)             |
 *    +---------------------------------------------------------------+
 */
import type { Term } from '../value/term.ts';
import type { HeaderSpec } from './header.ts';

/** What a suite adds, in octets: RFC 4106 (GCM), RFC 3602 (CBC), RFC 2404 and 4868 (HMAC). */
export const ESP_SUITES = {
  'aes256-gcm': { iv: 8, block: 4, icv: 16 },
  'aes128-gcm': { iv: 8, block: 4, icv: 16 },
  'aes256-cbc-sha256': { iv: 16, block: 16, icv: 16 },
  'aes128-cbc-sha256': { iv: 16, block: 16, icv: 16 },
  'aes256-cbc-sha1': { iv: 16, block: 16, icv: 12 },
  'aes128-cbc-sha1': { iv: 16, block: 16, icv: 12 },
} as const;

export type EspSuite = keyof typeof ESP_SUITES;

export interface Esp<V = Term> {
  readonly proto: 'esp';
  readonly spi: V;
  readonly seq: V;
  readonly suite: EspSuite;
}

export const esp: HeaderSpec = {
  proto: 'esp',
  fields: { spi: 'number', seq: 'number' },
  ipProtocol: 50,
  size: (inner, header) => {
    const { iv, block, icv } = ESP_SUITES[header['suite'] as EspSuite];
    const padding = (block - ((inner + 2) % block)) % block;
    return 8 + iv + padding + 2 + icv;
  },
};
