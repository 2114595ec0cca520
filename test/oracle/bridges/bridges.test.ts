// The kernel as judge of layer 2: which frames cross which port of its bridges, and what they learn, while machines ping.
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describer } from '../../../src/analyze/describe-packet.ts';
import { trace } from '../../../src/analyze/trace.ts';
import { readFlow } from '../../../src/cli/flow.ts';
import type { Packet } from '../../../src/packet/packet.ts';
import { encode } from '../../../src/packet/wire/encode.ts';
import { wirePacket } from '../../../src/render/wire-layers.ts';
import { readDocument } from '../../../src/source/document.ts';
import { readTopology, type Topology } from '../../../src/topology/topology.ts';
import { SessionStore } from '../../../src/walk/session.ts';
import type { Walk } from '../../../src/walk/walk.ts';
import { whyNot } from '../possible.ts';
import { makeNamespaces, type Bridged, type Namespaces, type Sighting } from './namespaces.ts';

/** Two boxes with a bridge each and a cable between; machines at their ports, and one beyond a router. */
const BRIDGED: Bridged = {
  name: 'bridged',
  segments: { trunk: { type: 'point-to-point' }, behind: { type: 'point-to-point' } },
  machines: {
    box1: {
      nics: { eth1: { segment: 'trunk', macAddress: '02:00:00:00:01:00', master: 'br0' } },
      linux: {
        links: {
          br0: { type: 'bridge' },
          porta: { type: 'veth', master: 'br0' },
          portb: { type: 'veth', master: 'br0' },
          portc: { type: 'veth', master: 'br0' },
        },
      },
    },
    box2: {
      nics: { eth1: { segment: 'trunk', macAddress: '02:00:00:00:02:00', master: 'br0' } },
      linux: {
        links: {
          br0: { type: 'bridge' },
          porte: { type: 'veth', master: 'br0' },
          lonely: { type: 'bridge' },
          portf: { type: 'veth', master: 'lonely' },
        },
        addresses: { br0: ['10.0.0.254/24', 'fd00::fe/64'] },
      },
    },
    a: host('box1/br0', 'porta', '0a', ['10.0.0.1/24', 'fd00::1/64']),
    b: host('box1/br0', 'portb', '0b', ['10.0.0.2/24', 'fd00::2/64']),
    e: host('box2/br0', 'porte', '0e', ['10.0.0.5/24', 'fd00::5/64']),
    f: host('box2/lonely', 'portf', '0f', ['10.0.0.6/24']),
    router: {
      nics: {
        eth0: { bridge: 'box1/br0', port: 'portc', macAddress: '02:00:00:00:00:0c' },
        eth1: { segment: 'behind', macAddress: '02:00:00:00:00:1c' },
      },
      linux: {
        sysctl: { 'net.ipv4.ip_forward': 1, 'net.ipv4.conf.eth0.proxy_arp': 1 },
        addresses: { eth0: ['10.0.0.3/24'], eth1: ['10.0.1.1/24'] },
      },
    },
    far: {
      nics: { eth0: { segment: 'behind', macAddress: '02:00:00:00:00:0d' } },
      linux: {
        addresses: { eth0: ['10.0.1.2/24'] },
        routes: '10.0.1.0/24 dev eth0\n10.0.0.0/24 via 10.0.1.1 dev eth0',
      },
    },
  },
};

function host(
  bridge: string,
  port: string,
  mac: string,
  addresses: readonly string[],
): Bridged['machines'][string] {
  return {
    nics: { eth0: { bridge, port, macAddress: `02:00:00:00:00:${mac}` } },
    linux: { addresses: { eth0: addresses } },
  };
}

/** Who pings whom, one after the other: what is learned stays. */
const PINGS = [
  ['a', '10.0.0.2'],
  ['a', '10.0.0.2'],
  ['b', '10.0.0.1'],
  ['a', '10.0.0.5'],
  ['e', '10.0.0.2'],
  ['e', '10.0.0.254'],
  ['a', '10.0.0.254'],
  ['a', '10.0.0.77'],
  ['f', '10.0.0.1'],
  ['far', '10.0.0.5'],
  ['box2', '10.0.0.1'],
  ['a', 'fd00::5'],
  ['b', 'fd00::fe'],
  ['e', 'fd00::77'],
] as const;

const PING = resolve('test/oracle/bridges/ping.py');

const reason = whyNot();

describe.skipIf(reason !== undefined)('when machines ping across bridges', () => {
  let namespaces: Namespaces | undefined;
  const store = new SessionStore();
  const topology = topologyOf(BRIDGED);
  beforeAll(() => {
    namespaces = makeNamespaces(BRIDGED);
  }, 30_000);
  afterAll(() => namespaces?.remove());

  test.each(PINGS)(
    '%s %s',
    async (node, address) => {
      const walks = walksOf(topology, node, address, store);
      const seen = await namespaces!.watch(['box1', 'box2'], node, 'python3', PING, address);
      const nodes = new Set(
        walks.flatMap(({ events }) =>
          events.flatMap((one) => (one.type === 'entered' ? [one.device.node] : [])),
        ),
      );
      expect(atPorts(seen, nodes)).toEqual(expected(walks));
    },
    20_000,
  );

  test('then both know who is behind which port', () => {
    for (const [box, bridge] of [
      ['box1', 'br0'],
      ['box2', 'br0'],
    ] as const) {
      const entries = namespaces!
        .run(box, 'bridge', 'fdb', 'show', 'br', bridge, 'dynamic')
        .trim()
        .split('\n');
      expect(entries.length).toBeGreaterThan(3);
      for (const entry of entries) {
        const [mac = '', , port] = entry.split(' ');
        const known = store.recall(
          `${box}/${bridge}/fdb/0`,
          Number.parseInt(mac.replaceAll(':', ''), 16) as never,
        );
        // A bridge's own interface tells of its groups unasked, which teaches the bridge at the other end of the trunk.
        const wanted = isOwn(mac) ? (known ?? { port: 'eth1' }) : known;
        expect(wanted, entry).toEqual({ port });
      }
    }
  });
});

/** The MAC address that a bridge takes from its port of the trunk. */
const isOwn = (mac: string): boolean => /^02:00:00:00:0[12]:00$/.test(mac);

function topologyOf(bridged: Bridged): Topology {
  const { document } = readDocument('bridged.json', JSON.stringify(bridged));
  const { topology, diagnostics } = readTopology(document!);
  if (!topology) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  return topology;
}

function walksOf(topology: Topology, src: string, dst: string, store: SessionStore): readonly Walk[] {
  const { packet, from } = readFlow({ src, dst, proto: dst.includes(':') ? 'icmpv6' : 'icmp' }, topology);
  const traced = trace(
    topology,
    { packet, from, picks: new Map(), noReturn: false, handshake: false },
    store,
  );
  if ('problem' in traced) throw new Error(traced.problem);
  return traced.walks.map(({ walk }) => walk);
}

/** Frames by port and direction, those of these machines, without what kernels say to everybody unasked. */
function atPorts(seen: readonly Sighting[], nodes: ReadonlySet<string>): readonly string[] {
  return seen
    .filter(({ at }) => nodes.has(at.split('/')[0]!) && !/\/(?:br0|lonely)$/.test(at))
    .flatMap(({ at, direction, frame }) => {
      const text = textOf(frame);
      return text === undefined ? [] : [`${at} ${direction} ${text}`];
    })
    .toSorted();
}

/** What the model's bridges take in and put out, flooded copies included. */
function expected(walks: readonly Walk[]): readonly string[] {
  const sightings: string[] = [];
  for (const { events } of walks) {
    let [node, arrived] = ['', ''];
    for (const event of events) {
      if (event.type === 'entered') {
        node = event.device.node;
        const text = textOf(octetsOf(event.packet));
        arrived = text ?? '';
        const isPort = event.device.phase !== undefined && event.port !== event.device.phase;
        if (isPort && text !== undefined) sightings.push(`${node}/${event.port} in ${text}`);
      }
      if (event.type !== 'bridged') continue;
      for (const port of event.ports ?? [event.out])
        if (port !== event.bridge) sightings.push(`${node}/${port} out ${arrived}`);
    }
  }
  return sightings.toSorted();
}

function octetsOf(packet: Packet): Buffer {
  return Buffer.from(encode(wirePacket(describer().packet(packet))));
}

/** A frame of ARP, octet for octet; one of ICMP by its ends and its kind; undefined of others. */
function textOf(frame: Buffer): string | undefined {
  const ends = `${frame.toString('hex', 6, 12)} > ${frame.toString('hex', 0, 6)}`;
  switch (frame.readUInt16BE(12)) {
    case 0x0806:
      return `${ends} arp ${frame.toString('hex', 14, 42)}`;
    case 0x0800:
      // Membership of groups is told to everybody unasked.
      return frame[23] === 1
        ? `${ends} icmp ${frame[34]}/${frame[35]} ${frame.toString('hex', 26, 34)}`
        : undefined;
    case 0x86dd:
      // Multicast listener reports are told to everybody unasked.
      return frame[20] === 58 && frame[54]! < 143 && frame[54]! !== 133
        ? `${ends} icmpv6 ${frame.toString('hex', 22, 54)} ${frame[54]! >= 135 ? frame.toString('hex', 54, 86).replace(/^(....)..../, '$1') : frame[54]}`
        : undefined;
    default:
      return undefined;
  }
}
