import { describe, expect, test } from 'vitest';
import { CaptureError, type CapturedPacket } from './captured.ts';
import { captureReader } from './read-capture.ts';

/** Octets of numbers in a byte order: `[4, 1]` is 1 in four octets. */
function octets(
  little: boolean,
  ...fields: readonly (readonly [size: number, value: number] | Uint8Array)[]
): Uint8Array {
  const parts = fields.map((field) => {
    if (field instanceof Uint8Array) return field;
    const [size, value] = field;
    const bytes = Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) % 256);
    return Uint8Array.from(little ? bytes : bytes.toReversed());
  });
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const padded = (bytes: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  whole.set(bytes);
  return whole;
};

function block(little: boolean, type: number, body: Uint8Array): Uint8Array {
  const inner = padded(body);
  return octets(little, [4, type], [4, inner.length + 12], inner, [4, inner.length + 12]);
}

const option = (little: boolean, number: number, value: Uint8Array): Uint8Array =>
  octets(little, [2, number], [2, value.length], padded(value));

const section = (little: boolean): Uint8Array =>
  block(
    little,
    0x0a0d0d0a,
    octets(little, [4, 0x1a2b3c4d], [2, 1], [2, 0], [4, 0xffffffff], [4, 0xffffffff]),
  );

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

const face = (little: boolean, linkType: number, ...options: readonly Uint8Array[]): Uint8Array =>
  block(little, 1, octets(little, [2, linkType], [2, 0], [4, 0], ...options));

const enhanced = (
  little: boolean,
  id: number,
  stamp: number,
  bytes: Uint8Array,
  original: number,
  ...options: Uint8Array[]
) =>
  block(
    little,
    6,
    octets(
      little,
      [4, id],
      [4, Math.floor(stamp / 2 ** 32)],
      [4, stamp % 2 ** 32],
      [4, bytes.length],
      [4, original],
      padded(bytes),
      ...options,
    ),
  );

const join = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

/** Everything in a file, which comes in chunks of this size. */
function read(file: Uint8Array, size = file.length): CapturedPacket[] {
  const reader = captureReader();
  const packets: CapturedPacket[] = [];
  for (let at = 0; at < file.length; at += size) packets.push(...reader.feed(file.subarray(at, at + size)));
  reader.finish();
  return packets;
}

function faultOf(file: Uint8Array): string {
  try {
    read(file);
  } catch (error) {
    if (error instanceof CaptureError) return `${error.fault} at ${error.offset}`;
    throw error;
  }
  return 'none';
}

const FRAME = Uint8Array.from([1, 2, 3, 4, 5]);

const pcap = (little: boolean, magic: number): Uint8Array =>
  join(
    octets(little, [4, magic], [2, 2], [2, 4], [4, 0], [4, 0], [4, 65_535], [4, 101]),
    octets(little, [4, 1000], [4, 7], [4, 5], [4, 60], FRAME),
    octets(little, [4, 1001], [4, 8], [4, 0], [4, 0]),
  );

describe('pcap', () => {
  test.each([
    [true, 0xa1b2c3d4, 7000n],
    [false, 0xa1b2c3d4, 7000n],
    [true, 0xa1b23c4d, 7n],
    [false, 0xa1b23c4d, 7n],
  ])(
    'when little endian is %s and the magic number %i then times are right',
    (little, magic, nanoseconds) => {
      const [first, second] = read(pcap(little, magic));
      expect(first).toMatchObject({
        time: 1_000_000_000_000n + nanoseconds,
        interface: { id: 0, linkType: 101 },
        bytes: FRAME,
        length: 60,
      });
      expect(second!.bytes).toHaveLength(0);
    },
  );

  test('when a file ends within a packet then it is cut', () =>
    expect(faultOf(pcap(true, 0xa1b2c3d4).subarray(0, 42))).toBe('cut at 24'));

  test('when a packet is longer than any then its length is wrong', () =>
    expect(faultOf(join(pcap(true, 0xa1b2c3d4), octets(true, [4, 0], [4, 0], [4, 2 ** 31], [4, 1])))).toBe(
      'length at 61',
    ));
});

const pcapng = (little: boolean): Uint8Array =>
  join(
    section(little),
    block(little, 0x0bad, new Uint8Array(1000)),
    face(
      little,
      1,
      option(little, 2, text('nva1/eth0')),
      option(little, 9, Uint8Array.of(9)),
      octets(little, [4, 0]),
    ),
    face(
      little,
      276,
      option(little, 9, Uint8Array.of(0x80 + 10)),
      option(little, 14, octets(little, [8, 50])),
    ),
    enhanced(
      little,
      0,
      5_000_000_001,
      FRAME,
      5,
      option(little, 1, text('hop 1')),
      option(little, 1, text('hop 2')),
    ),
    enhanced(little, 1, 2048, FRAME, 99),
    block(little, 3, octets(little, [4, 5], FRAME)),
    block(little, 2, octets(little, [2, 1], [2, 0], [4, 0], [4, 1024], [4, 5], [4, 5], FRAME)),
    block(little, 5, new Uint8Array(20)),
  );

describe('pcapng', () => {
  const expected = [
    { time: 5_000_000_001n, name: 'nva1/eth0', linkType: 1, length: 5, comments: ['hop 1', 'hop 2'] },
    { time: 52_000_000_000n, name: undefined, linkType: 276, length: 99, comments: [] },
    { time: undefined, name: 'nva1/eth0', linkType: 1, length: 5, comments: [] },
    { time: 51_000_000_000n, name: undefined, linkType: 276, length: 5, comments: [] },
  ];
  const seen = (packets: readonly CapturedPacket[]) =>
    packets.map(({ time, length, comments, interface: { name, linkType } }) => ({
      time,
      name,
      linkType,
      length,
      comments,
    }));

  test.each([true, false])('when little endian is %s then packets are of their interfaces', (little) => {
    const packets = read(pcapng(little));
    expect(seen(packets)).toEqual(expected);
    for (const { bytes } of packets) expect(bytes).toEqual(FRAME);
  });

  test.each([1, 3, 7, 64])('when octets come %i at a time then packets are the same', (size) =>
    expect(read(pcapng(true), size)).toEqual(read(pcapng(true))),
  );

  test('when a section of the other byte order follows then its interfaces are its own', () => {
    const both = join(pcapng(true), pcapng(false));
    expect(seen(read(both))).toEqual([...expected, ...expected]);
  });

  test('when a packet is of an interface that is not described then it is told', () =>
    expect(faultOf(join(section(true), enhanced(true, 0, 0, FRAME, 5)))).toBe('interface at 28'));

  test('when the lengths of a block differ then it is told', () => {
    const wrong = section(true);
    wrong[24] = 40;
    expect(faultOf(wrong)).toBe('length at 0');
  });

  test('when a version is not 1 then it is told', () => {
    const wrong = section(true);
    wrong[12] = 2;
    expect(faultOf(wrong)).toBe('version at 0');
  });
});

test.each([
  ['', 'format at 0'],
  ['net', 'format at 0'],
  ['name: net', 'format at 0'],
])('when a file is %j then it is no capture', (words, fault) => expect(faultOf(text(words))).toBe(fault));

test('when files are broken or cut anywhere then reading ends with packets or a fault', () => {
  for (const file of [pcapng(true), pcapng(false), pcap(true, 0xa1b2c3d4)])
    for (let at = 0; at < file.length; at++) {
      for (const octet of [0, 1, 0x7f, 0xff]) {
        const broken = file.slice();
        broken[at] = octet;
        faultOf(broken);
      }
      faultOf(file.subarray(0, at));
    }
});
