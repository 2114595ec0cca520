// Two data centres with a segment in common: what the golden walks say of places, and the frames that cross the link.
import * as ciphers from 'node:crypto';
import { expect, test } from 'vitest';
import { captureReader } from '../src/packet/capture/read-capture.ts';
import { espSealer } from '../src/packet/wire/esp-keys.ts';
import { crossingsOf } from '../src/report/crossings.ts';
import type { WalkReport } from '../src/report/report.ts';
import { renderPcapng } from '../src/render/pcapng.ts';
import { nodes, reportOf } from './golden/rows.ts';

const hex = (octets: Uint8Array): string =>
  [...octets].map((one) => one.toString(16).padStart(2, '0')).join(':');

/** Destination and source of every frame of the capture file, by interface and direction. */
function frames(report: WalkReport): ReadonlyMap<string, string> {
  const reader = captureReader();
  const captured = [...reader.feed(renderPcapng(report, espSealer(new Map(), ciphers)))];
  reader.finish();
  const crossings = crossingsOf(report);
  return new Map(
    captured.map(({ bytes }, i) => [
      `${crossings[i]!.walk} ${crossings[i]!.name}`,
      `${hex(bytes.subarray(6, 12))} > ${hex(bytes.subarray(0, 6))}`,
    ]),
  );
}

test('when a packet crosses the link then its frame is that of the two ends', async () => {
  const report = await reportOf('stretched-dc/d1');
  const macs = new Map(report.interfaces?.map(({ name, mac }) => [name, mac]));
  const seen = frames(report);
  const wanted = `${macs.get('fw1/inside')} > ${macs.get('vm1/eth0')}`;
  for (const name of ['fw1/inside', 'dci/dc1', 'dci/dc2', 'vm1/eth0'])
    expect([name, seen.get(`0 ${name}`)]).toEqual([name, wanted]);
});

test('when a place has no gateway of its own then the report counts the crossings', async () => {
  const { trombone, symmetric, walks } = await reportOf('stretched-dc/d5');
  expect(symmetric).toBe(true);
  expect(trombone).toEqual({
    needed: 0,
    crossings: [
      { link: 'dci', walk: 0, hop: 4, from: 'dc1', to: 'dc2' },
      { link: 'dci', walk: 1, hop: 1, from: 'dc2', to: 'dc1' },
    ],
  });
  expect(walks[0]?.hops.map(({ place }) => place)).toEqual([
    undefined,
    undefined,
    'dc1',
    'dc1',
    undefined,
    'dc2',
  ]);
});

test.each([
  ['d1', ['user', 'wan', 'edge1', 'fw1', 'dci', 'vm1'], ['vm1', 'fw2'], false],
  ['d2', ['user', 'wan', 'edge1', 'fw1', 'vm1'], ['vm1', 'fw1', 'edge1', 'wan', 'user'], true],
  ['d4-set', ['user', 'wan', 'edge2', 'fw2', 'vm1'], ['vm1', 'fw2', 'edge2', 'wan', 'user'], true],
  ['d4b', ['user', 'wan', 'edge2', 'fw2', 'vm1'], ['vm1', 'fw2', 'edge2', 'wan', 'user'], true],
  [
    'd5-set',
    ['user', 'wan', 'edge1', 'fw1', 'dci', 'vm1'],
    ['vm1', 'dci', 'fw1', 'edge1', 'wan', 'user'],
    true,
  ],
] as const)(
  'when the row is %s then the ways are those of the table',
  async (row, there, back, symmetric) => {
    const report = await reportOf(`stretched-dc/${row}`);
    expect(nodes(report, 0)).toEqual(there);
    expect(nodes(report, 1)).toEqual(back);
    expect([report.symmetric, report.trombone !== undefined]).toEqual([symmetric, row.startsWith('d5')]);
  },
);
