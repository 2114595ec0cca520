// Open vSwitch as judge of mirrors: all copies that it makes of a conversation, and where it sends them.
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { startAgent, type Agent } from '../agent.ts';
import { whyNot } from '../possible.ts';
import { passAll, type BoxConfig, type MirrorConfig } from './box.ts';
import { layersOf } from './compare.ts';
import { crossingsOf, type Crossing } from './crossings.ts';
import { startOpenVswitch } from './open-vswitch-box.ts';

const TOPOLOGY = 'test/topologies/ovs-mirror.yaml';
const WIRES = ['enp0s8', 'veth0', 'veth1', 'veth2', 'tap'];
const UNDERLAY = {
  port: 'enp0s8',
  mac: '02:00:00:00:56:01',
  address: '192.168.56.11/24',
  peer: { address: '192.168.56.20', mac: '02:00:00:00:56:02' },
};

const withoutOvs = whyNot() ?? (spawnSync('ovs-vsctl', ['--version']).error ? 'needs ovs-vsctl' : undefined);

const MIRRORS: readonly MirrorConfig[] = [
  { select_src_port: ['veth0'], output_port: 'er0' },
  { select_dst_port: ['veth0'], output_port: 'er0' },
  { select_src_port: ['veth0'], select_dst_port: ['veth0', 'veth1'], output_port: 'tap' },
  { select_all: true, output_port: 'er0' },
  { select_all: true, select_vlan: [20], output_port: 'er0' },
  { select_src_port: ['veth1'], select_vlan: [10], output_port: 'veth2' },
  { select_src_port: ['veth0'], output_vlan: 20 },
  { select_src_port: ['veth0'], output_vlan: 10 },
];

/** What left by which port, in an order that says nothing. */
const told = (frames: readonly { readonly port: string; readonly bytes: Uint8Array }[]): readonly string[] =>
  frames.map(({ port, bytes }) => `${port} ${JSON.stringify(layersOf(bytes))}`).toSorted();

const portOf = ({ interface: name }: Crossing): string => name.split('/')[1] ?? '';

async function real(agent: Agent, arrivals: readonly Crossing[]): Promise<readonly string[]> {
  const seen: { readonly port: string; readonly bytes: Uint8Array }[] = [];
  for (const one of arrivals) {
    const octets = Buffer.from(one.bytes).toString('hex');
    for (const { port, octets: frame } of await passAll(agent, { port: portOf(one), octets }))
      seen.push({ port, bytes: Buffer.from(frame, 'hex') });
  }
  return told(seen);
}

/** Addresses are asked for before anything is sent. */
const isArp = ({ bytes }: Crossing): boolean => bytes[12] === 8 && bytes[13] === 6;

test.skipIf(withoutOvs !== undefined).each(MIRRORS)(
  'when Open vSwitch mirrors then the copies are those of nettrace: %o',
  async (mirror) => {
    const set = Object.entries({ select_src_port: null, output_port: null, ...mirror }).map(
      ([key, value]) => `machines.box1.ovs.sw1.mirrors.to-console.${key}=${settingOf(value)}`,
    );
    const crossings = crossingsOf({ topology: TOPOLOGY, src: 'left', dst: 'right', proto: 'udp/9', set });
    const own = crossings.filter(({ interface: name }) => name.startsWith('box1/'));
    const arrived = own.filter(({ direction }) => direction === 'in');
    const left = own.filter((one) => one.direction === 'out' && WIRES.includes(portOf(one)));
    const { machines } = parse(readFileSync(TOPOLOGY, 'utf8')) as { machines: { box1: BoxConfig } };
    const { ports } = machines.box1.ovs!['sw1']!;
    const box = {
      nics: Object.fromEntries(WIRES.map((wire) => [wire, {}])),
      ovs: { sw1: { ports, mirrors: { 'to-console': mirror } } },
    };
    const agent = startAgent();
    const remove = await startOpenVswitch(agent, box, UNDERLAY);
    try {
      const order = [...arrived.filter(isArp), ...arrived.filter((one) => !isArp(one))];
      const seen = await real(agent, order);
      expect(seen).toEqual(told(left.map((one) => ({ port: portOf(one), bytes: one.bytes }))));
    } finally {
      agent.stop();
      remove();
    }
  },
  30_000,
);

const settingOf = (value: unknown): string =>
  Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
