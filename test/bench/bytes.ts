/** What packets cost as bytes: made from headers, read from captures, and printed from a file of a million. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from '../../src/packet/wire/encode.ts';
import type { WirePacket } from '../../src/packet/wire/wire-packet.ts';
import { CAPTURES, linkOf, openCapture } from '../captures/captures.ts';
import { pcapOf } from '../tshark/ask.ts';

const HEADER = 24;

/** Packets in a second of the processor. */
function rate(count: number, run: () => void): string {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return Math.round((count * 1e6) / (user + system)).toLocaleString('en');
}

export function bytes(): readonly object[] {
  const read = CAPTURES.filter((name) => openCapture(name).key === undefined).flatMap((name) => {
    const { packets, decode } = openCapture(name);
    return packets.map((packet) => ({ decode, packet, link: linkOf(packet) }));
  });
  const made: readonly WirePacket[] = read.map(
    ({ decode, packet, link }) => decode(packet.bytes, link).packet,
  );
  const rounds = 300;
  const repeat = (act: () => void): void => {
    for (let round = 0; round < rounds; round++) act();
  };
  const encodeAll = (): void => {
    for (const packet of made) encode(packet);
  };
  const decodeAll = (): void => {
    for (const { decode, packet, link } of read) decode(packet.bytes, link);
  };
  repeat(encodeAll);
  const all = made.length * rounds;
  return [
    { what: 'encode, packets/s', rate: rate(all, () => repeat(encodeAll)) },
    { what: 'decode, packets/s', rate: rate(all, () => repeat(decodeAll)) },
    ...fromFile(read.map(({ packet }) => packet.bytes)),
  ];
}

const MILLION = 1_000_000;

/** `nettrace decode` on a file of a million packets, of which no more than a chunk is ever held. */
function fromFile(packets: readonly Uint8Array[]): readonly object[] {
  const folder = mkdtempSync(join(tmpdir(), 'nettrace-bench-'));
  try {
    const file = join(folder, 'million.pcap');
    const some = pcapOf(packets);
    const descriptor = openSync(file, 'w');
    writeSync(descriptor, some.subarray(0, HEADER));
    for (let count = 0; count < MILLION; count += packets.length)
      writeSync(descriptor, some.subarray(HEADER));
    closeSync(descriptor);
    return ['text', 'json'].map((format) => {
      const measured = `require('node:process').on('exit', () => require('node:fs').writeSync(2, 'MAXRSS ' + process.resourceUsage().maxRSS));`;
      const start = process.hrtime.bigint();
      const { stderr } = spawnSync(
        'bash',
        [
          '-c',
          `node -r "$0" bin/nettrace.js decode --format ${format} "$1" > /dev/null`,
          preload(folder, measured),
          file,
        ],
        { encoding: 'utf8' },
      );
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      const most = Number(/MAXRSS (\d+)/.exec(stderr)?.[1]) / 1024;
      return {
        what: `decode --format ${format}, a million`,
        rate: `${seconds.toFixed(1)} s, ${most.toFixed(0)} MiB`,
      };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function preload(folder: string, script: string): string {
  const file = join(folder, 'measure.cjs');
  const descriptor = openSync(file, 'w');
  writeSync(descriptor, script);
  closeSync(descriptor);
  return file;
}
