// The captures of real senders in this folder, and the keys of those that are encrypted (README.md).
import * as ciphers from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { CapturedPacket } from '../../src/packet/capture/captured.ts';
import { linkHeader } from '../../src/packet/capture/link-type.ts';
import { captureReader } from '../../src/packet/capture/read-capture.ts';
import { decoder, type Decoder } from '../../src/packet/wire/decode.ts';
import { espSealer, type EspKey } from '../../src/packet/wire/esp-keys.ts';
import type { Sealer } from '../../src/packet/wire/sealer.ts';

const FOLDER = 'test/captures';

export const CAPTURES: readonly string[] = readdirSync(FOLDER).filter((name) => name.endsWith('.pcap'));

const rising = (first: number, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, i) => first + i);
const salted = (octets: number): Uint8Array =>
  Uint8Array.from([...rising(0, octets), 0xa0, 0xa1, 0xa2, 0xa3]);
const NONE = new Uint8Array(0);

const KEYS: Readonly<Record<string, EspKey>> = {
  aes128gcm: { suite: 'aes128-gcm', key: salted(16), authKey: NONE },
  aes256gcm: { suite: 'aes256-gcm', key: salted(32), authKey: NONE },
  'aes128cbc-sha1': { suite: 'aes128-cbc-sha1', key: rising(0, 16), authKey: rising(0x10, 20) },
  'aes128cbc-sha256': { suite: 'aes128-cbc-sha256', key: rising(0, 16), authKey: rising(0x10, 32) },
  'null-sha1': { suite: 'null-sha1', key: NONE, authKey: rising(0x10, 20) },
};

/** The key of both directions; undefined of a capture that is not encrypted. */
function keyOf(capture: string): EspKey | undefined {
  return Object.entries(KEYS).find(([suite]) => capture.includes(`-${suite}`))?.[1];
}

/** The Gateway Load Balancer's tunnels. */
export const PORTS: ReadonlyMap<number, string> = new Map([
  [10_800, 'vxlan'],
  [10_801, 'vxlan'],
]);

export interface Capture {
  readonly packets: readonly CapturedPacket[];
  readonly key: EspKey | undefined;
  readonly sealer: Sealer | undefined;
  readonly decode: Decoder;
}

const OPENED = new Map<string, Capture>();

export function openCapture(name: string): Capture {
  const known = OPENED.get(name) ?? read(name);
  OPENED.set(name, known);
  return known;
}

function read(name: string): Capture {
  const reader = captureReader();
  // Slices of a Buffer share its octets: who breaks one packet would break it for all.
  const packets = [...reader.feed(new Uint8Array(readFileSync(`${FOLDER}/${name}`)))];
  reader.finish();
  const key = keyOf(name);
  const sealer =
    key &&
    espSealer(
      new Map([
        [0x1001, key],
        [0x1002, key],
      ]),
      ciphers,
    );
  return { packets, key, sealer, decode: decoder({ sealer, ports: PORTS }) };
}

/** The outermost header of a packet. */
export const linkOf = (packet: CapturedPacket): string =>
  linkHeader(packet.interface.linkType, packet.bytes)!;
