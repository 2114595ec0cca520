// Bytes of real senders, read and made again. Mutations of them show that nothing read makes decoding fail.
import { describe, expect, test } from 'vitest';
import { encode } from '../src/packet/wire/encode.ts';
import type { Decoded } from '../src/packet/wire/decode.ts';
import { CAPTURES, linkOf, openCapture } from './captures/captures.ts';
import { mutations } from './captures/mutate.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Fields that the bytes imply and the packet states nevertheless. */
const stated = ({ layers }: Decoded): string[] =>
  layers.flatMap(({ header, made }) =>
    Object.keys(made)
      .filter((name) => header[name] !== undefined)
      .map((name) => `${header.proto} ${name} ${Number(header[name])}`),
  );

describe('packets of Linux, Open vSwitch and scapy', () => {
  test('when the folder is read then it has them all', () => expect(CAPTURES).toHaveLength(69));

  test.each(CAPTURES)('when %s is decoded and encoded then every octet is as it was', (name) => {
    const { packets, sealer, decode } = openCapture(name);
    expect(packets.length).toBeGreaterThan(0);
    for (const packet of packets) {
      const decoded = decode(packet.bytes, linkOf(packet), packet.length);
      expect(decoded.problems).toEqual([]);
      expect(hex(encode(decoded.packet, sealer))).toBe(hex(packet.bytes));
    }
  });

  test('when lengths, sums and numbers are right then no packet states them', () => {
    const allowed = /^(udp checksum 0|ipv4 protocol 1|(icmp|icmpv6) checksum \d+)$/;
    for (const name of CAPTURES) {
      const { packets, decode } = openCapture(name);
      for (const packet of packets)
        expect(stated(decode(packet.bytes, linkOf(packet))).filter((one) => !allowed.test(one))).toEqual([]);
    }
  });
});

/** More in a run of its own: MUTATIONS=1000000 npx vitest run test/capture-bytes.test.ts */
const COUNT = Number(process.env['MUTATIONS'] ?? 20_000);

test(
  `when ${COUNT} packets are broken then each is decoded, and encoded to the same octets`,
  () => {
    for (const { name, bytes, link, wireLength } of mutations(COUNT)) {
      const { sealer, decode } = openCapture(name);
      const decoded = decode(bytes, link, wireLength);
      const again = encode(decoded.packet, sealer);
      if (hex(again) !== hex(bytes))
        expect({ name, octets: hex(again) }).toEqual({ name, octets: hex(bytes) });
    }
  },
  COUNT * 10 + 60_000,
);
