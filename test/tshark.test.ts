// Bytes judged by a program that nobody here wrote: tshark reads the same headers and values in captures of real senders,
// and nothing that is wrong in packets that nettrace makes.
import * as ciphers from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decodedPacket } from '../src/analyze/decode-report.ts';
import type { CapturedPacket } from '../src/packet/capture/captured.ts';
import { linkHeader } from '../src/packet/capture/link-type.ts';
import { decoder, type Decoder } from '../src/packet/wire/decode.ts';
import { encode } from '../src/packet/wire/encode.ts';
import { espSealer, type EspKey } from '../src/packet/wire/esp-keys.ts';
import { dataOf } from '../src/render/data.ts';
import type { DecodedLayer, DecodedPacket } from '../src/report/decode.ts';
import { CAPTURES, openCapture, PORTS } from './captures/captures.ts';
import { askTshark, complaints, pcapOf, whyNotTshark } from './tshark/ask.ts';
import { FIELDS, protocolOf, protocolsOf } from './tshark/fields.ts';
import { linkStacks, LINKS, randomStacks, STACK_KEYS } from './tshark/stacks.ts';

const reason = whyNotTshark();
if (reason !== undefined) process.stderr.write(`tshark is not asked: ${reason}\n`);

test('when CI runs then tshark can be asked', () => {
  expect(process.env['CI'] === undefined ? undefined : reason).toBeUndefined();
});

const MINUTE = 60_000;

interface Named {
  readonly name: string;
  readonly packet: DecodedPacket;
}

const isQuoting = ({ layers }: DecodedPacket): boolean => layers.some((layer) => 'quoted' in layer);

/** A value as a number where it is one, in whatever base it is written. */
const plain = (value: string): string =>
  /^(0x[0-9a-f]+|\d+)$/i.test(value)
    ? String(Number(value))
    : value.replace(/^true$/i, '1').replace(/^false$/i, '0');

function compare(
  packets: readonly Named[],
  bytes: readonly Uint8Array[],
  keys: ReadonlyMap<number, EspKey>,
): void {
  const told = askTshark(pcapOf(bytes), ['frame.protocols', ...FIELDS.map(({ name }) => name)], { keys });
  expect(told).toHaveLength(packets.length);
  for (const [i, { name, packet }] of packets.entries()) {
    const [protocols = [], ...values] = told[i]!;
    const isCut = isQuoting(packet);
    const cut = <T>(theirs: readonly T[], ours: readonly unknown[]): readonly T[] =>
      isCut ? theirs.slice(0, ours.length) : theirs;
    const headers = packet.layers.flatMap(protocolOf);
    const theirs = {
      headers: cut(protocolsOf(protocols[0] ?? ''), headers),
      ...Object.fromEntries(
        FIELDS.map((field, at) => [field.name, cut(values[at]!.map(plain), valuesOf(packet.layers, at))]),
      ),
    };
    const ours = {
      headers,
      ...Object.fromEntries(FIELDS.map((field, at) => [field.name, valuesOf(packet.layers, at)])),
    };
    expect({ packet: `${name} ${packet.number}`, ...ours }).toEqual({
      packet: `${name} ${packet.number}`,
      ...theirs,
    });
  }
}

const valuesOf = (layers: readonly DecodedLayer[], at: number): readonly string[] =>
  layers.flatMap((layer) => FIELDS[at]!.of(layer) ?? []).map(plain);

describe.skipIf(reason !== undefined)('when captures of real senders are read', () => {
  const groups = new Map<string, string[]>();
  for (const name of CAPTURES) {
    const suite = openCapture(name).key?.suite ?? 'unencrypted';
    groups.set(suite, [...(groups.get(suite) ?? []), name]);
  }

  test.each([...groups])(
    'then nettrace and tshark see the same headers and values: %s',
    (_, names) => {
      const packets = names.flatMap((name) => {
        const { packets: captured, decode } = openCapture(name);
        return captured.map((one, i) => ({
          name,
          bytes: one.bytes,
          packet: decodedPacket(i + 1, one, decode),
        }));
      });
      const { key } = openCapture(names[0]!);
      const keys = new Map(key ? [[0x1001, key] as const, [0x1002, key] as const] : []);
      compare(
        packets,
        packets.map(({ bytes }) => bytes),
        keys,
      );
    },
    MINUTE,
  );
});

describe.skipIf(reason !== undefined)('when packets are made of random headers', () => {
  const count = Number(process.env['STACKS'] ?? 1500);
  const stacks = [...randomStacks(count)];
  const sealer = espSealer(STACK_KEYS, ciphers);
  const bytes = stacks.map((stack) => encode(stack, sealer));
  const decode: Decoder = decoder({ sealer, ports: PORTS });

  test('then decoding gives the headers that they were made of', () => {
    for (const [i, stack] of stacks.entries()) {
      const { packet, problems } = decode(bytes[i]!, 'ethernet');
      expect(problems).toEqual([]);
      expect(packet.headers.map(({ proto }) => proto)).toEqual(stack.headers.map(({ proto }) => proto));
      for (const [at, header] of stack.headers.entries()) expect(packet.headers[at]).toMatchObject(header);
      expect(packet.payload.every((octet) => octet === 0x6e)).toBe(true);
      expect(packet.payload).toHaveLength(stack.payload.length);
    }
  });

  test('then tshark finds nothing wrong', () => expect(complaints(bytes, STACK_KEYS)).toEqual([]), MINUTE);

  test('and when an octet of one is broken then tshark says so', () => {
    const broken = encode({ headers: stacks[0]!.headers, payload: new Uint8Array(9) }, sealer);
    broken[broken.length - 1]! ^= 1;
    expect(complaints([broken], STACK_KEYS)).toHaveLength(1);
  });

  test(
    'then tshark sees the same headers and values',
    () => {
      const packets = bytes.map((one, i) => ({
        name: 'random',
        packet: decodedPacket(i + 1, asCaptured(one), decode),
      }));
      compare(packets, bytes, STACK_KEYS);
    },
    MINUTE,
  );
});

const asCaptured = (bytes: Uint8Array): CapturedPacket => ({
  time: undefined,
  interface: { id: 0, linkType: 1 },
  bytes,
  length: bytes.length,
  comments: [],
});

describe.skipIf(reason !== undefined)('when packets are not of Ethernet', () => {
  const sealer = espSealer(STACK_KEYS, ciphers);

  test.each(Object.entries(LINKS))(
    'then tshark reads link type %s as nettrace writes it',
    (linkType, link) => {
      const bytes = [...linkStacks(link, 50)].map((stack) => encode(stack, sealer));
      expect(complaints(bytes, STACK_KEYS, Number(linkType))).toEqual([]);
      const decode = decoder({ sealer, ports: PORTS });
      for (const one of bytes) expect(decode(one, linkHeader(Number(linkType), one)!).problems).toEqual([]);
    },
    MINUTE,
  );
});

describe.skipIf(reason !== undefined)('when a walk says only how much data a packet carries', () => {
  const packet = (proto: string, dport: number, octets: number): Uint8Array =>
    encode({
      headers: [
        { proto: 'ethernet', src: 1, dst: 2 },
        { proto: 'ipv4', src: 0x0a000001, dst: 0x0a000002, ttl: 64 },
        { proto, sport: 49_152, dport, ...(proto === 'tcp' && { flags: 0x10, seq: 1, ack: 1 }) },
      ],
      payload: dataOf(proto, octets),
    });
  const well = [
    22, 25, 53, 80, 88, 110, 143, 389, 443, 445, 636, 993, 1433, 3306, 3389, 5060, 5432, 6379, 8080,
  ];

  test('then tshark takes it for no broken message', () => {
    const bytes = [
      ...well.flatMap((port) => [packet('tcp', port, 1460), packet('udp', port, 1472)]),
      ...[20, 24, 29, 1000].map((octets) => packet('sctp', 3868, octets)),
      packet('dccp', 5001, 8),
      packet('udplite', 5001, 8),
    ];
    expect(complaints(bytes, new Map())).toEqual([]);
  });

  test('and when the checksum of SCTP is broken then tshark says so', () => {
    const broken = packet('sctp', 3868, 20);
    broken[broken.length - 1]! ^= 1;
    expect(complaints([broken], new Map())).toHaveLength(1);
  });
});
