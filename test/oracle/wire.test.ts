import { describe, expect, test } from 'vitest';
import { readSighting } from './read-sighting.ts';
import { sightingText } from './sighting.ts';
import { decode, encode } from './wire.ts';

const LINES = [
  'eth0: tcp 10.1.0.2 5555 > 10.2.0.2 80 [S] ttl 64',
  'eth0: tcp 10.1.0.2 5555 > 10.2.0.2 80 [] ttl 1',
  'eth1: udp fd00::2 5555 > fd00:0:0:1::9 53 ttl 255',
  'eth1: icmp 10.1.0.2 > 10.2.0.2 8/0 id 77 ttl 64',
  'eth2: icmpv6 fd00::2 > fd01::1 129/0 id 77 ttl 64',
  'eth2: icmp 10.1.0.1 > 10.1.0.2 3/3 ttl 64 about (udp 10.1.0.2 5555 > 10.2.0.2 53)',
  'local: 47 10.1.0.2 > 10.2.0.2 ttl 64 mark 0x1',
];

describe('when a line is read then', () => {
  test.each(LINES)('it prints as it was: %s', (line) => {
    expect(sightingText(readSighting(line))).toBe(line);
  });

  test.each(LINES)('its octets are read back, with nothing wrong: %s', (line) => {
    const { where, packet, mark } = readSighting(line);
    const { packet: read, faults } = decode(encode(packet));
    expect(sightingText({ where, packet: read, faults, mark })).toBe(line);
  });
});

test('when an octet of a packet is changed then its checksum says so', () => {
  const octets = encode(readSighting(LINES[0]!).packet);
  octets.writeUInt8(99, 22);
  expect(decode(octets).faults).toEqual(['tcp checksum']);
});
