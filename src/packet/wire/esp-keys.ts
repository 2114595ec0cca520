/** ESP with keys: RFC 4303, AES-GCM by RFC 4106, AES-CBC by RFC 3602, NULL by RFC 2410, HMAC by RFC 2404 and 4868. */
import type * as NodeCrypto from 'node:crypto';
import { ESP_SUITES, type EspSuite } from '../esp.ts';
import { readBits } from './field-bits.ts';
import type { Opened, Sealer } from './sealer.ts';

export interface EspKey {
  readonly suite: EspSuite;
  /** Of AES-GCM with the four octets of salt behind it, as `ip xfrm` takes it; empty of NULL. */
  readonly key: Uint8Array;
  /** Of HMAC; empty of AES-GCM. */
  readonly authKey: Uint8Array;
}

/** Octets of the keys of a suite. */
export function keyLengths(suite: EspSuite): { readonly key: number; readonly authKey: number } {
  const { cipher, hash } = methodOf(suite);
  const bits = /^aes-(\d+)/.exec(cipher ?? '')?.[1];
  return {
    key: Number(bits ?? 0) / 8 + (hash === undefined ? 4 : 0),
    authKey: hash === undefined ? 0 : { sha1: 20, sha256: 32 }[hash],
  };
}

/** The key of every walk that is written as bytes: 00 01 02 …, salt a0 a1 a2 a3, for authentication 10 11 12 …. */
export function shownKey(suite: EspSuite): EspKey {
  const lengths = keyLengths(suite);
  const rising = (count: number, first: number): number[] =>
    Array.from({ length: count }, (_, i) => first + i);
  const isSalted = lengths.authKey === 0;
  const key = isSalted ? [...rising(lengths.key - 4, 0), ...rising(4, 0xa0)] : rising(lengths.key, 0);
  return { suite, key: Uint8Array.from(key), authKey: Uint8Array.from(rising(lengths.authKey, 0x10)) };
}

interface Method {
  readonly cipher?: 'aes-128-gcm' | 'aes-256-gcm' | 'aes-128-cbc' | 'aes-256-cbc';
  /** Undefined of a suite that authenticates by itself. */
  readonly hash?: 'sha1' | 'sha256';
}

function methodOf(suite: EspSuite): Method {
  switch (suite) {
    case 'aes128-gcm':
      return { cipher: 'aes-128-gcm' };
    case 'aes256-gcm':
      return { cipher: 'aes-256-gcm' };
    case 'aes128-cbc-sha1':
      return { cipher: 'aes-128-cbc', hash: 'sha1' };
    case 'aes128-cbc-sha256':
      return { cipher: 'aes-128-cbc', hash: 'sha256' };
    case 'aes256-cbc-sha1':
      return { cipher: 'aes-256-cbc', hash: 'sha1' };
    case 'aes256-cbc-sha256':
      return { cipher: 'aes-256-cbc', hash: 'sha256' };
    case 'null-sha1':
      return { hash: 'sha1' };
    case 'null-sha256':
      return { hash: 'sha256' };
    default:
      return suite satisfies never;
  }
}

/** The platform's ciphers, which whoever needs them brings along: loading them takes time. */
export type Ciphers = Pick<
  typeof NodeCrypto,
  'createCipheriv' | 'createDecipheriv' | 'createHmac' | 'timingSafeEqual'
>;

/** A sealer that has these keys, by SPI. */
export const espSealer = (keys: ReadonlyMap<number, EspKey>, ciphers: Ciphers): Sealer => ({
  open: (bytes, start, end) => {
    const key = end - start < 8 ? undefined : keys.get(Number(readBits(bytes, start * 8, 32)));
    return key ? open(ciphers, key, bytes.subarray(start, end)) : 'keyless';
  },
  seal: (suite, bytes, start, body, end) => {
    const key = keys.get(Number(readBits(bytes, start * 8, 32)));
    if (key?.suite !== suite) throw new Error(`no ${suite} key of that SPI`);
    seal(ciphers, key, bytes.subarray(start, end), body - start);
  },
});

/** RFC 4106 section 4: the salt, then the IV. */
const nonceOf = (key: Uint8Array, iv: Uint8Array): Uint8Array => joined(key.subarray(-4), iv);

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function open(ciphers: Ciphers, key: EspKey, esp: Uint8Array): Opened | 'forged' {
  const { iv: ivLength, icv: icvLength, block } = ESP_SUITES[key.suite];
  const last = esp.length - icvLength;
  const iv = esp.subarray(8, 8 + ivLength);
  const sealed = esp.subarray(8 + ivLength, last);
  if (last < 8 + ivLength + 2 || (block === 16 && sealed.length % block !== 0)) return 'forged';
  const icv = esp.subarray(last);
  const { cipher, hash } = methodOf(key.suite);
  try {
    if (cipher === 'aes-128-gcm' || cipher === 'aes-256-gcm') {
      const decipher = ciphers.createDecipheriv(cipher, key.key.subarray(0, -4), nonceOf(key.key, iv));
      decipher.setAAD(esp.subarray(0, 8)).setAuthTag(icv);
      return { suite: key.suite, iv, plain: joined(decipher.update(sealed), decipher.final()) };
    }
    if (!ciphers.timingSafeEqual(hmac(ciphers, key, hash!, esp.subarray(0, last)), icv)) return 'forged';
    if (!cipher) return { suite: key.suite, iv, plain: sealed };
    const decipher = ciphers.createDecipheriv(cipher, key.key, iv).setAutoPadding(false);
    return { suite: key.suite, iv, plain: joined(decipher.update(sealed), decipher.final()) };
  } catch {
    return 'forged';
  }
}

const hmac = (
  { createHmac }: Ciphers,
  { suite, authKey }: EspKey,
  hash: string,
  bytes: Uint8Array,
): Uint8Array => createHmac(hash, authKey).update(bytes).digest().subarray(0, ESP_SUITES[suite].icv);

function seal(ciphers: Ciphers, key: EspKey, esp: Uint8Array, body: number): void {
  const { iv: ivLength, icv } = ESP_SUITES[key.suite];
  const last = esp.length - icv;
  const iv = esp.subarray(8, 8 + ivLength);
  const { cipher, hash } = methodOf(key.suite);
  if (cipher === 'aes-128-gcm' || cipher === 'aes-256-gcm') {
    const gcm = ciphers.createCipheriv(cipher, key.key.subarray(0, -4), nonceOf(key.key, iv));
    gcm.setAAD(esp.subarray(0, 8));
    esp.set(gcm.update(esp.subarray(body, last)), body);
    gcm.final();
    esp.set(gcm.getAuthTag(), last);
    return;
  }
  if (cipher)
    esp.set(
      ciphers.createCipheriv(cipher, key.key, iv).setAutoPadding(false).update(esp.subarray(body, last)),
      body,
    );
  esp.set(hmac(ciphers, key, hash!, esp.subarray(0, last)), last);
}
