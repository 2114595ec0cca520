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

/** Identification, entropy, keys of IPsec, and clocks. */
const DRAWN: Readonly<Record<string, readonly string[]>> = {
  ipv4: ['id'],
  ipv6: ['label'],
  udp: ['sport'],
  esp: ['seq', 'spi', 'iv'],
  erspan3: ['timestamp'],
};

/** Headers of tunnels, behind which what they carry begins. */
const SHIMS = ['destination-options', 'vxlan', 'geneve', 'erspan1', 'erspan2', 'erspan3', 'gre'];

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A machine that has this address, and a tunnel `t`: the device of this name. */
function deviceOf(name: string, local: string, machine: object): Device {
  const nics = { eth0: { segment: 'lan' } };
  const addresses = { eth0: `${local}/${local.includes(':') ? 64 : 24}` };
  const text = JSON.stringify({
    segments: { lan: {} },
    machines: { box: { nics, ...machine, linux: { addresses, ...(machine as { linux?: object }).linux } } },
  });
  const { topology, diagnostics } = readTopology(readDocument('box.json', Buffer.from(text)).document!);
  if (!topology) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  topology.device('box');
  return topology.device(name);
}

/** What the device sends of a packet that comes in at this port. */
function sent(device: Device, port: string, packet: Packet, sessions = new SessionStore()): Packet {
  const io = {
    ask: concretely(),
    sessions,
    note: () => undefined,
    originate: () => undefined,
  };
  const action = device.receive(port, packet, io);
  if (action.do !== 'send') throw new Error(`the device does ${action.do}`);
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
  const tunnels = new Map<string, { readonly device: Device; readonly sessions: SessionStore }>();
  for (const packet of packets) {
    const { headers, payload } = decode(packet.bytes, linkOf(packet), packet.length).packet;
    const outside = headers.findIndex(({ proto }) => proto === 'ipv4' || proto === 'ipv6');
    const inside = headers.findLastIndex(({ proto }) => SHIMS.includes(proto)) + 1;
    const { src, dst } = headers[outside]!;
    const local = formatAddress(src as Value);
    const { device, sessions } = tunnels.get(local) ?? {
      device: deviceOf('box:t', local, machineWith(local, formatAddress(dst as Value))),
      sessions: new SessionStore(),
    };
    tunnels.set(local, { device, sessions });
    const within = headers.slice(inside);
    const made = sent(device, 't', { headers: within.map(asWalked), payload: payload.length }, sessions);
    const outer = made.headers
      .slice(0, made.headers.length - within.length)
      .map((header, i) => withDrawn(header, headers[outside + i]!));
    const again = { headers: [...headers.slice(0, outside), ...outer, ...within], payload };
    expect(hex(encode(again, sealer))).toBe(hex(packet.bytes));
  }
}

const ERSPAN = { type: 'erspan', seq: true, key: 123 } as const;

const LINUX: Readonly<Record<string, object>> = {
  'erspan-II-id123-idx7-innervlan42pcp5.kernel61': { ...ERSPAN, erspan_ver: 1, erspan: 7 },
  'erspan-II-id123-idx7.kernel61': { ...ERSPAN, erspan_ver: 1, erspan: 7 },
  'erspan-III-id123-egress-hwid63.kernel61': {
    ...ERSPAN,
    erspan_ver: 2,
    erspan_dir: 'egress',
    erspan_hwid: 63,
  },
  'erspan-III-id123-ingress-hwid5-innervlan42pcp5.kernel61': { ...ERSPAN, erspan_ver: 2, erspan_hwid: 5 },
  'erspan-III-id123-ingress-hwid5.kernel61': { ...ERSPAN, erspan_ver: 2, erspan_hwid: 5 },
  'erspan-II-id123-classes.kernel61': { ...ERSPAN, erspan_ver: 1 },
  'erspan-III-id123-classes.kernel61': { ...ERSPAN, erspan_ver: 2 },
  'ip6erspan-II-id123.kernel61': { ...ERSPAN, type: 'ip6erspan', erspan: 7 },
  'ip6erspan-III-id123-encaplimit-none.kernel61': {
    ...ERSPAN,
    type: 'ip6erspan',
    erspan_ver: 2,
    erspan_dir: 'egress',
    erspan_hwid: 5,
    encaplimit: 'none',
  },
  'ip6gre-key123.kernel61': { type: 'ip6gre', key: 123, encaplimit: 9 },
  'ip6gretap-encaplimit-none.kernel61': { type: 'ip6gretap', csum: true, seq: true, encaplimit: 'none' },
  'ip6gretap-key123.kernel61': { type: 'ip6gretap', key: 123 },
  'ip6tnl.kernel61': { type: 'ip6tnl' },
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

const OVS: Readonly<Record<string, object>> = {
  'erspan-II-id123-idx7.ovs': { type: 'erspan', options: { key: 123, erspan_ver: 1, erspan_idx: 7 } },
  'erspan-II-id123-ip6under.ovs': { type: 'erspan', options: { key: 123, erspan_ver: 1, erspan_idx: 7 } },
  'geneve-key123-csum.ovs': { type: 'geneve', options: { key: 123, csum: true } },
  'geneve-key123-ip6under.ovs': { type: 'geneve', options: { key: 123 } },
  'geneve-key123.ovs': { type: 'geneve', options: { key: 123 } },
  'gre-l3-key123.ovs': { type: 'gre', options: { key: 123, packet_type: 'legacy_l3' } },
  'gretap-key123-csum.ovs': { type: 'gre', options: { key: 123, csum: true } },
  'gretap-key123-innervlan42.ovs': { type: 'gre', options: { key: 123 } },
  'gretap-key123-seq.ovs': { type: 'gre', options: { key: 123, seq: true } },
  'gretap.ovs': { type: 'gre', options: {} },
  'nvgre-vsid123-flow0.ovs': { type: 'gre', options: { key: 123 * 256 } },
  'nvgre-vsid5001-flow42.ovs': { type: 'gre', options: { key: 5001 * 256 + 42 } },
  'vxlan-4789-key123-csum-tosinherit-ttl32-nodf.ovs': {
    type: 'vxlan',
    options: { key: 123, csum: true, tos: 'inherit', ttl: 32, df_default: false },
  },
  'vxlan-4789-key123-innervlan42.ovs': { type: 'vxlan', options: { key: 123 } },
  'vxlan-4789-key123-ip6under.ovs': { type: 'vxlan', options: { key: 123 } },
  'vxlan-4789-key123-outervlan56.ovs': { type: 'vxlan', options: { key: 123 } },
  'vxlan-4789-key123.ovs': { type: 'vxlan', options: { key: 123 } },
};

describe('when a tunnel of Linux sends what was inside a capture', () => {
  test.each(Object.entries(LINUX))('then %s is what it makes', (name, link) =>
    compare(name, (local, remote) => ({ linux: { links: { t: { ...link, local, remote } } } })),
  );
});

describe('when a tunnel of Open vSwitch sends what was inside a capture', () => {
  test.each(Object.entries(OVS))('then %s is what it makes', (name, port) =>
    compare(name, (local_ip, remote_ip) => {
      const { options, ...type } = port as { readonly options: object };
      return { ovs: { sw: { ports: { t: { ...type, options: { ...options, local_ip, remote_ip } } } } } };
    }),
  );
});

describe('when a kernel puts the GRE packets of a capture into ESP', () => {
  test.each([
    'gre-over-esp-transport-aes256gcm.kernel61',
    'gre-key123-over-esp-transport-aes256gcm.kernel61',
  ])('then %s is what it makes', (name) => {
    const { packets, decode, sealer } = openCapture(`${name}.pcap`);
    for (const packet of packets) {
      const { headers, payload } = decode(packet.bytes, linkOf(packet), packet.length).packet;
      const [ethernet, ip, , ...rest] = headers;
      const [local, remote_ip] = [formatAddress(ip!['src'] as Value), formatAddress(ip!['dst'] as Value)];
      const ports = { t: { type: 'ipsec_gre', options: { remote_ip, psk: 'swordfish' } } };
      const kernel = deviceOf('box', local, { ovs: { sw: { ports } } });
      const gre = { headers: [ip!, ...rest].map(asWalked), payload: payload.length };
      const made = sent(kernel, 't:outer', gre).headers.slice(0, 2);
      const again = [ethernet!, ...made.map((header, i) => withDrawn(header, headers[i + 1]!)), ...rest];
      expect(hex(encode({ headers: again, payload }, sealer))).toBe(hex(packet.bytes));
    }
  });
});
