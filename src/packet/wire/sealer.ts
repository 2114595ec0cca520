/** What encoding and decoding ask of ESP's ciphers, so that neither loads them. */
import type { EspSuite } from '../esp.ts';

export interface Opened {
  readonly suite: EspSuite;
  readonly iv: Uint8Array;
  /** What was sealed: body, padding, pad length, next header. */
  readonly plain: Uint8Array;
}

/** Knows the keys of security associations by their SPI. */
export interface Sealer {
  /** Opens octets [start, end), ESP from its SPI to its ICV; `keyless` without a key, `forged` when the ICV is not right. */
  readonly open: (bytes: Uint8Array, start: number, end: number) => Opened | 'keyless' | 'forged';
  /** Encrypts [body, end - ICV) in place and writes the ICV; `start` is at the SPI, the IV is before `body`. */
  readonly seal: (suite: EspSuite, bytes: Uint8Array, start: number, body: number, end: number) => void;
}
