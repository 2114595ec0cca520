// Packets that Linux and Open vSwitch put into tunnels, made again by a tunnel of a topology from what was inside: octet for
// octet but for the fields that their sender draws or counts, which are named.
import { describe, expect, test } from 'vitest';
import type { Header, Packet } from '../src/packet/packet.ts';
import { encode } from '../src/packet/wire/encode.ts';
import type { WireHeader } from '../src/packet/wire/wire-packet.ts';
import { readDocument } from '../src/source/document.ts';
import { readTopology } from '../src/topology/topology.ts';
import { formatAddress, type Value } from '../src/value/address.ts';
import { concretely } from '../src/walk/concrete.ts';
import { SessionStore } from '../src/walk/session.ts';
import type { Device } from '../src/walk/device.ts';
import { openCapture, linkOf } from './captures/captures.ts';

/** Identification, entropy and sequence numbers. */
const DRAWN: Readonly<Record<string, readonly string[]>> = {
  ipv4: ['id'],
  udp: ['sport'],
  gre: ['seq'],
  esp: ['seq', 'spi', 'iv'],
};

/** Headers of tunnels, behind which what they carry begins. */
const SHIMS = ['vxlan', 'geneve', 'gre'];

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The tunnel `t` of a machine with this configuration. */
function tunnelOf(machine: object): Device {
  const nics = { eth0: { segment: 'lan' } };
  const addresses = { eth0: ['192.168.56.11/24', '192.168.56.12/24', 'fd56::11/64', 'fd56::12/64'] };
  const text = JSON.stringify({
    segments: { lan: {} },
    machines: { box: { nics, ...machine, linux: { addresses, ...(machine as { linux?: object }).linux } } },
  });
  const { topology, diagnostics } = readTopology(readDocument('box.json', Buffer.from(text)).document!);
  if (!topology) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  topology.device('box');
  return topology.device('box:t');
}

/** What the tunnel makes of a packet. */
function sent(tunnel: Device, packet: Packet): Packet {
  const io = {
    ask: concretely(),
    sessions: new SessionStore(),
    note: () => undefined,
    originate: () => undefined,
  };
  const action = tunnel.receive('t', packet, io);
  if (action.do !== 'send') throw new Error(`the tunnel does ${action.do}`);
  return action.packet;
}

/** A walk's ICMP header has an identifier, be it 0. */
const asWalked = (header: WireHeader): Header => ({ id: 0, ...header }) as unknown as Header;

const withDrawn = (made: Header, captured: WireHeader): WireHeader => ({
  ...(made as unknown as WireHeader),
  ...Object.fromEntries(
    (DRAWN[made.proto] ?? []).flatMap((field) =>
      captured[field] === undefined ? [] : [[field, captured[field]]],
    ),
  ),
});

/** Every packet of the capture, made by the tunnel that has these ends. */
function compare(name: string, machineWith: (local: string, remote: string) => object): void {
  const { packets, decode, sealer } = openCapture(`${name}.pcap`);
  const tunnels = new Map<string, Device>();
  for (const packet of packets) {
    const { headers, payload } = decode(packet.bytes, linkOf(packet), packet.length).packet;
    const outside = headers.findIndex(({ proto }) => proto === 'ipv4' || proto === 'ipv6');
    const inside = headers.findIndex(({ proto }) => SHIMS.includes(proto)) + 1;
    const { src, dst } = headers[outside]!;
    const local = formatAddress(src as Value);
    const tunnel = tunnels.get(local) ?? tunnelOf(machineWith(local, formatAddress(dst as Value)));
    tunnels.set(local, tunnel);
    const within = headers.slice(inside);
    const made = sent(tunnel, { headers: within.map(asWalked), payload: payload.length });
    const outer = made.headers
      .slice(0, made.headers.length - within.length)
      .map((header, i) => withDrawn(header, headers[outside + i]!));
    const again = { headers: [...headers.slice(0, outside), ...outer, ...within], payload };
    expect(hex(encode(again, sealer))).toBe(hex(packet.bytes));
  }
}

const LINUX: Readonly<Record<string, object>> = {
  'geneve-vni123.kernel61': { type: 'geneve', id: 123 },
  'gre-l3-ip6inner.kernel61': { type: 'gre' },
  'gre-l3.kernel61': { type: 'gre' },
  'gretap-key123-csum-seq.kernel61': { type: 'gretap', key: 123, csum: true, seq: true },
  'gretap-key123.kernel61': { type: 'gretap', key: 123 },
  'gretap-ttl64-tosinherit-nopmtudisc.kernel61': { type: 'gretap', ttl: 64, tos: 'inherit', pmtudisc: false },
  'vxlan-10800-vni900.kernel618': { type: 'vxlan', id: 900, dstport: 10800 },
  'vxlan-10801-vni901.kernel618': { type: 'vxlan', id: 901, dstport: 10801 },
  'vxlan-4789-vni123-ttl32-udpcsum.kernel618': { type: 'vxlan', id: 123, dstport: 4789, ttl: 32 },
  'vxlan-4789-vni123.kernel618': { type: 'vxlan', id: 123, dstport: 4789 },
};

describe('when a tunnel of Linux sends what was inside a capture', () => {
  test.each(Object.entries(LINUX))('then %s is what it makes', (name, link) =>
    compare(name, (local, remote) => ({ linux: { links: { t: { ...link, local, remote } } } })),
  );
});
