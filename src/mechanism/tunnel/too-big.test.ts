// Frames of 93.104.178.66 > 20.101.109.26 with TTL 57 through a bridge of Linux 6.18 into a vxlan whose way has an MTU of
// 1500: what the kernel did with each.
import { expect, test } from 'vitest';
import { makePacket } from '../../packet/make.ts';
import { lengthOf, push, type Packet } from '../../packet/packet.ts';
import { prefix } from '../../value/prefix.ts';
import { constant } from '../../value/term.ts';
import { concretely } from '../../walk/concrete.ts';
import type { Io } from '../../walk/device.ts';
import { SessionStore } from '../../walk/session.ts';
import { encapsulate } from './encapsulate.ts';
import type { TunnelEndpoint } from './endpoint.ts';
import { checkPath } from './too-big.ts';

const address = (text: string) => prefix(text).first;

const VXLAN: TunnelEndpoint = {
  name: 'vxlan900',
  encapsulation: 'vxlan',
  carries: 'frame',
  local: address('192.168.0.4/32'),
  remote: address('192.168.0.5/32'),
  key: { in: 900, out: 900 },
  port: 10_800,
  checks: 'key alone',
  ttl: undefined,
  tos: 0,
  df: 'unset',
  checksum: true,
  sequence: false,
  isExacting: false,
  isLearning: false,
  dev: undefined,
  at: '',
};

const [CLIENT, MEMBER] = [constant(0x02000000ee01), constant(0x02000000ee02)];

function send(size: number, df: boolean, src = '93.104.178.66/32', dst = '20.101.109.26/32') {
  const made: Packet[] = [];
  const io: Io = {
    ask: concretely(),
    sessions: new SessionStore(),
    note: () => undefined,
    originate: (packet) => made.push(packet),
  };
  const packet = makePacket({
    src: address(src),
    dst: address(dst),
    proto: 17,
    sport: 5,
    dport: 6,
    flags: [],
    id: 0,
    ttl: 57,
    dscp: 10,
    df,
    size,
  });
  const frame = push(packet, { proto: 'ethernet', src: CLIENT, dst: MEMBER });
  const outer = encapsulate(VXLAN, frame, { ttl: () => 64, source: () => undefined }, io);
  const action = checkPath(VXLAN, frame, outer, { port: 'eth0', mtu: 1500 }, io);
  return { action, made };
}

test.each([
  [1450, true],
  [1500, false],
])('when a packet of %d bytes fits, or may be cut, then it goes on (DF %s)', (size, df) => {
  expect(send(size, df)).toEqual({ action: undefined, made: [] });
});

test('when a packet does not fit and may not be cut then its sender is told in the name of its receiver', () => {
  const { action, made } = send(1500, true);
  expect(action).toMatchObject({ do: 'drop', reason: 'packet-too-big' });
  expect(made).toHaveLength(1);
  expect(lengthOf(made[0]!)).toBe(14 + 576);
  expect(made[0]!.headers).toMatchObject([
    { proto: 'ethernet', src: MEMBER, dst: CLIENT },
    {
      proto: 'ipv4',
      src: address('20.101.109.26/32'),
      dst: address('93.104.178.66/32'),
      ttl: 57,
      df: 1,
    },
    { proto: 'icmp', type: 3, code: 4, mtu: 1450 },
  ]);
  expect(made[0]!.headers[1]).not.toHaveProperty('dscp');
});

test('when an IPv6 packet does not fit then its sender is told too', () => {
  const { action, made } = send(1500, false, '2001:db8::1/128', '2001:db8::2/128');
  expect(action).toMatchObject({ reason: 'packet-too-big' });
  expect(made[0]!.headers[2]).toMatchObject({ proto: 'icmpv6', type: 2, code: 0, mtu: 1450 });
});
