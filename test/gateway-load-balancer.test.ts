// What a gateway load balancer does with what an appliance sends it: by which tunnel, and for whom.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makePacket } from '../src/packet/make.ts';
import { push, type Packet } from '../src/packet/packet.ts';
import { readDocument } from '../src/source/document.ts';
import { readTopology, type Topology } from '../src/topology/topology.ts';
import { prefix } from '../src/value/prefix.ts';
import { constant } from '../src/value/term.ts';
import { concretely } from '../src/walk/concrete.ts';
import { SessionStore } from '../src/walk/session.ts';
import { walk } from '../src/walk/walk.ts';

const FILE = new URL('topologies/chained.yaml', import.meta.url);
const TEXT = readFileSync(FILE, 'utf8');

function read(text: string): Topology {
  const { topology, diagnostics } = readTopology(readDocument('chained.yaml', text).document!);
  expect(diagnostics).toEqual([]);
  return topology!;
}

const topology = read(TEXT);

const address = (text: string) => prefix(`${text}/32`).first;
const at = (text: string) => constant(address(text));

const CLIENT = '141.192.166.93';
const CHAINED = '20.50.0.1';
const UNCHAINED = '20.50.0.9';
const NIC = '20.50.0.2';

const packet = (src: string, dst: string): Packet =>
  makePacket({
    src: address(src),
    dst: address(dst),
    proto: 6,
    sport: 49_152,
    dport: 80,
    flags: ['SYN'],
    id: 0,
    ttl: 64,
  });

/** From nva1 to the frontend. */
const tunnelled = (inner: Packet, port: number, vni: number): Packet =>
  push(
    inner,
    { proto: 'ipv4', src: at('10.0.0.4'), dst: at('10.0.0.9'), ttl: constant(64) },
    { proto: 'udp', sport: constant(61_440), dport: constant(port) },
    { proto: 'vxlan', vni: constant(vni) },
    { proto: 'ethernet', src: constant(2), dst: constant(4) },
  );

const ends = (sent: Packet): string => {
  const { verdict, device } = walk(
    topology.network,
    { device: topology.device('nva1'), packet: sent },
    concretely(new Map([['alb', 'web1']])),
    new SessionStore(),
  );
  return `${verdict.outcome === 'dropped' ? verdict.reason : verdict.outcome} at ${device.node}`;
};

test.each([
  ['Internal, to the chained frontend', packet(CLIENT, CHAINED), 10_800, 800, 'delivered at web1'],
  ['Internal, to the chained NIC', packet(CLIENT, NIC), 10_800, 800, 'delivered at shop'],
  ['External, from the chained frontend', packet(CHAINED, CLIENT), 10_801, 801, 'delivered at pc'],
  ['External, from the chained NIC', packet(NIC, CLIENT), 10_801, 801, 'delivered at pc'],
  ['the tunnel that it came by', packet(CLIENT, CHAINED), 10_801, 801, 'tunnel-selector-mismatch at gwlb'],
  ['a stranger', packet(CLIENT, UNCHAINED), 10_800, 800, 'tunnel-selector-mismatch at gwlb'],
  ['another identifier', packet(CLIENT, CHAINED), 10_800, 801, 'tunnel-key-mismatch at gwlb'],
  ['another port', packet(CLIENT, CHAINED), 10_802, 800, 'tunnel-no-endpoint at gwlb'],
  ['the port of VXLAN', packet(CLIENT, CHAINED), 4789, 800, 'tunnel-no-endpoint at gwlb'],
])('when an appliance sends by the tunnel: %s', (_title, inner, port, vni, end) => {
  expect(ends(tunnelled(inner, port, vni))).toBe(end);
});

test('when an appliance sends what is no tunnel then nothing takes it', () => {
  expect(ends(packet('10.0.0.4', '10.0.0.9'))).toBe('tunnel-no-endpoint at gwlb');
});

test('when an appliance sends a frame without an IP packet then no tunnel carries it', () => {
  const arp: Packet = { headers: [], payload: 28 };
  expect(ends(tunnelled(arp, 10_800, 800))).toBe('tunnel-selector-mismatch at gwlb');
});

test('when each tunnel has a pool then either side of an appliance is the NIC in that pool', () => {
  const two = read(
    TEXT.replace(
      'backendPool: nvas, protocol: All, probe: ssh',
      'backendPool: [inside, outside], protocol: All',
    )
      .replace(
        / {6}nvas:\n(?: {8}.*\n)+/,
        `      inside:
        members: [nva1/eth0]
        tunnelInterfaces: [{ type: Internal, identifier: 800, port: 10800 }]
      outside:
        members: [nva1/eth1]
        tunnelInterfaces: [{ type: External, identifier: 801, port: 10801 }]
`,
      )
      .replace(
        /( +)(eth0: \{ subnet: provider\/nva, privateIPAddress: )10\.0\.0\.4/,
        '$1eth1: { subnet: provider/nva, privateIPAddress: 10.0.0.7 }\n$&',
      ),
  );
  const sent = (port: string, inner: Packet): unknown => {
    const start = { device: two.device('gwlb:fe'), port, packet: inner };
    const { events } = walk(two.network, start, concretely(), new SessionStore());
    const pushed = events.find((event) => event.type === 'pushed' && event.tunnel === 'vxlan');
    return pushed?.type === 'pushed' && pushed.headers[0];
  };
  expect(sent('chain/external', packet(CLIENT, CHAINED))).toMatchObject({ dst: at('10.0.0.7') });
  expect(sent('chain/internal', packet(CHAINED, CLIENT))).toMatchObject({ dst: at('10.0.0.4') });
});
