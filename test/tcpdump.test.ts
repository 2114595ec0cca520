// tcpdump as judge of `--capture`: every packet of the golden cases, as bytes, is printed as nettrace says that it would be.
import { spawnSync } from 'node:child_process';
import * as ciphers from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { captureReader } from '../src/packet/capture/read-capture.ts';
import type { EspSuite } from '../src/packet/esp.ts';
import { espSealer, shownKey } from '../src/packet/wire/esp-keys.ts';
import { renderPcapng } from '../src/render/pcapng.ts';
import { dumpLines } from '../src/render/tcpdump.ts';
import { crossingsOf } from '../src/report/crossings.ts';
import type { WalkReport } from '../src/report/report.ts';
import { GOLDEN } from './golden/all.ts';
import { reportsOf } from './golden/report.ts';
import { pcapOf } from './tshark/ask.ts';

const isThere = spawnSync('tcpdump', ['--version']).status === 0;
if (!isThere) process.stderr.write('tcpdump is not asked: it is not installed (apt-get install tcpdump)\n');

test('when CI runs then tcpdump can be asked', () => {
  expect(process.env['CI'] === undefined || isThere).toBe(true);
});

/** What tcpdump prints of Ethernet frames, a line each and one more where a packet in a packet has its own. */
function tcpdump(frames: readonly Uint8Array[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'nettrace-tcpdump-'));
  try {
    const file = join(folder, 'packets.pcap');
    writeFileSync(file, pcapOf(frames));
    const { stdout, stderr, status } = spawnSync('tcpdump', ['-nt', '-r', file], {
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    });
    if (status !== 0) throw new Error(stderr);
    return stdout.trimEnd().split('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function framesOf(report: WalkReport): readonly Uint8Array[] {
  const layers = crossingsOf(report).flatMap(({ packet }) => packet.layers);
  const esp = layers.filter(({ proto }) => proto === 'esp');
  const keys = new Map(esp.map(({ spi, suite }) => [Number(spi), shownKey(suite as EspSuite)]));
  return [...captureReader().feed(renderPcapng(report, espSealer(keys, ciphers)))].map(({ bytes }) => bytes);
}

/** A line without what a walk has none of (sequence numbers, windows) and without what tcpdump makes of TCP's data. */
const plain = (line: string): string =>
  line
    .replace(/(?<=Flags .*) (seq \d+(:\d+)?|ack \d+|win \d+|urg \d+),/g, '')
    .replace(/(?<=Flags .*length [1-9]\d*): .*$/, '')
    .replace(/(?<=sctp \(1\) \[INIT\]) .*$/, '');

/** At many ports of UDP tcpdump tells of a protocol that finds nothing there. */
const ofKnownPort = (said: string, told: string): string =>
  / UDP, length \d+$/.test(said) && told.startsWith(said.replace(/UDP, length \d+$/, '')) ? said : told;

test.skipIf(!isThere)(
  'when a walk is captured then tcpdump prints the same lines',
  async () => {
    const said: string[] = [];
    const frames: Uint8Array[] = [];
    for (const { golden } of GOLDEN)
      for (const report of await reportsOf(golden)) {
        const all = framesOf(report);
        for (const [i, { packet }] of crossingsOf(report).entries()) {
          // tcpdump dissects what is behind a number that the model knows nothing of.
          if (packet.layers.some(({ proto }) => proto === 'opaque')) continue;
          said.push(...dumpLines(packet));
          frames.push(all[i]!);
        }
      }
    expect(frames.length).toBeGreaterThan(1000);
    const told = tcpdump(frames);
    expect(told.map((line, i) => plain(ofKnownPort(said[i] ?? '', line)))).toEqual(said.map(plain));
  },
  240_000,
);
