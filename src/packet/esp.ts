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
import { value } from './field.ts';
import type { HeaderSpec, Values } from './header.ts';

/** What a suite adds, in octets: RFC 4106 (GCM), RFC 3602 (CBC), RFC 2410 (NULL), RFC 2404 and 4868 (HMAC). */
export const ESP_SUITES = {
  'aes256-gcm': { iv: 8, block: 4, icv: 16 },
  'aes128-gcm': { iv: 8, block: 4, icv: 16 },
  'aes256-cbc-sha256': { iv: 16, block: 16, icv: 16 },
  'aes128-cbc-sha256': { iv: 16, block: 16, icv: 16 },
  'aes256-cbc-sha1': { iv: 16, block: 16, icv: 12 },
  'aes128-cbc-sha1': { iv: 16, block: 16, icv: 12 },
  'null-sha256': { iv: 0, block: 4, icv: 16 },
  'null-sha1': { iv: 0, block: 4, icv: 12 },
} as const;

export type EspSuite = keyof typeof ESP_SUITES;

export interface Esp<V = Term> {
  readonly proto: 'esp';
  readonly spi: V;
  readonly seq: V;
  readonly suite: EspSuite;
}

/** Octets of padding, the fewest that fill the last block: RFC 4303 section 2.4. */
export const espPadding = (suite: EspSuite, inner: number): number => {
  const { block } = ESP_SUITES[suite];
  return (block - ((inner + 2) % block)) % block;
};

const sizeOf = (inner: number, { suite, padding }: Values): number => {
  if (suite === undefined) return 8;
  const { iv, icv } = ESP_SUITES[suite as EspSuite];
  const pad = padding instanceof Uint8Array ? padding.length : espPadding(suite as EspSuite, inner);
  return 8 + iv + pad + 2 + icv;
};

export const esp = {
  proto: 'esp',
  fields: { spi: 'number', seq: 'number' },
  optional: { suite: 'text' },
  ipProtocol: 50,
  udpPort: 4500,
  size: sizeOf,
  layout: [value('spi', 32), value('seq', 32, 1)],
} as const satisfies HeaderSpec;
