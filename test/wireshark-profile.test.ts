// The profile that a walk writes for Wireshark, judged by tshark: with it the file is read to the innermost header.
import { spawnSync } from 'node:child_process';
import * as ciphers from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeWiresharkProfile } from '../src/cli/pcap.ts';
import { espSealer, shownKey } from '../src/packet/wire/esp-keys.ts';
import { renderPcapng } from '../src/render/pcapng.ts';
import type { LayerFact, WalkReport } from '../src/report/report.ts';
import { whyNotTshark } from './tshark/ask.ts';

const OUTER: LayerFact = { proto: 'ipv4', src: '192.0.2.1', dst: '192.0.2.2', ttl: 64 };
const FRAME: LayerFact = { proto: 'ethernet', src: '02:00:00:00:00:01', dst: '02:00:00:00:00:02' };
const INNER: readonly LayerFact[] = [
  { proto: 'ipv4', src: '10.0.0.1', dst: '10.0.0.2', ttl: 64 },
  { proto: 'udp', sport: 49152, dport: 9 },
];

const STACKS: readonly (readonly LayerFact[])[] = [
  [OUTER, { proto: 'udp', sport: 61440, dport: 10800 }, { proto: 'vxlan', vni: 900 }, FRAME, ...INNER],
  [OUTER, { proto: 'udp', sport: 61440, dport: 4789 }, { proto: 'vxlan', vni: 900 }, FRAME, ...INNER],
  [OUTER, { proto: 'udp', sport: 61440, dport: 10801 }, { proto: 'geneve', vni: 901 }, FRAME, ...INNER],
  [OUTER, { proto: 'esp', spi: 0x1001, seq: 1, suite: 'aes128-cbc-sha256' }, ...INNER],
];

/** A walk of one hop, which every stack leaves. */
const REPORT = {
  walks: STACKS.map((layers) => ({
    packet: { length: 120, layers },
    hops: [
      {
        node: 'host',
        kind: 'machine',
        in: null,
        steps: [],
        out: { port: 'eth0', packet: { length: 120, layers } },
      },
    ],
  })),
} as unknown as WalkReport;

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'nettrace-profile-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test.skipIf(whyNotTshark() !== undefined)('when tshark has the profile then it reads every header', () => {
  const file = join(folder, 'walk.pcapng');
  const keys = new Map([[0x1001, shownKey('aes128-cbc-sha256')]]);
  writeFileSync(file, renderPcapng(REPORT, espSealer(keys, ciphers)));
  const profile = join(folder, 'profile');
  writeWiresharkProfile(REPORT, profile);
  const fields = ['frame.protocols', 'frame.interface_name', 'udp.checksum.status', 'esp.icv_good'];
  const { stdout, status } = spawnSync(
    'tshark',
    ['-r', file, '-T', 'fields', '-E', 'occurrence=l', ...fields.flatMap((field) => ['-e', field])],
    { encoding: 'utf8', env: { ...process.env, HOME: folder, WIRESHARK_CONFIG_DIR: profile } },
  );
  expect(status).toBe(0);
  expect(stdout.trimEnd().split('\n')).toEqual([
    'eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:udp:data\thost/eth0\t1\t',
    'eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:udp:data\thost/eth0\t1\t',
    'eth:ethertype:ip:udp:geneve:eth:ethertype:ip:udp:data\thost/eth0\t1\t',
    'eth:ethertype:ip:esp:ip:udp:data\thost/eth0\t1\t1',
  ]);
});

describe('when a profile is written', () => {
  test('then tunnels at their own ports need no line', () => {
    const profile = join(folder, 'profile');
    writeWiresharkProfile(REPORT, profile);
    expect(readFileSync(join(profile, 'decode_as_entries'), 'utf8').split('\n').slice(1)).toEqual([
      'decode_as_entry: udp.port,10800,(none),VXLAN',
      'decode_as_entry: udp.port,10801,(none),Geneve',
      '',
    ]);
  });

  test('then one of its own is written anew, and what else is there stays', () => {
    const profile = join(folder, 'profile');
    writeWiresharkProfile(REPORT, profile);
    writeFileSync(join(profile, 'recent'), 'of Wireshark');
    writeWiresharkProfile({ walks: [] } as unknown as WalkReport, profile);
    expect(readFileSync(join(profile, 'esp_sa'), 'utf8').split('\n')).toHaveLength(2);
    expect(readFileSync(join(profile, 'recent'), 'utf8')).toBe('of Wireshark');
  });

  test.each([
    ['a directory of something else', 'notes.txt'],
    ['a profile of somebody’s', 'preferences'],
    ['keys of somebody’s', 'esp_sa'],
  ])('then %s is left alone', (_, name) => {
    const profile = join(folder, 'profile');
    mkdirSync(profile);
    writeFileSync(join(profile, name), 'mine\n');
    expect(() => writeWiresharkProfile(REPORT, profile)).toThrow(/not a profile that nettrace wrote/);
    expect(readFileSync(join(profile, name), 'utf8')).toBe('mine\n');
    expect(existsSync(join(profile, 'decode_as_entries'))).toBe(false);
  });

  test('then a directory in which there is none to put it is an error', () => {
    expect(() => writeWiresharkProfile(REPORT, join(folder, 'absent', 'profile'))).toThrow(
      /there is no directory/,
    );
  });
});
