// Real senders as judges of tunnels: Open vSwitch and the kernel put the same frames into the same headers.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { whyNot } from '../possible.ts';
import { play, type Scene } from './scene.ts';

const withoutKernel = whyNot();
const withoutOvs =
  withoutKernel ??
  (spawnSync('ovs-vsctl', ['--version']).error
    ? 'needs ovs-vsctl (apt-get install openvswitch-switch)'
    : undefined);
if (withoutOvs !== undefined) process.stderr.write(`Open vSwitch is not asked: ${withoutOvs}\n`);

test('when CI runs then Open vSwitch can be asked', () => {
  expect(process.env['CI'] === undefined ? undefined : withoutOvs).toBeUndefined();
});

const FLOWS = ['icmp', 'tcp/8080', 'udp/9'].map((proto) => ({ src: 'left', dst: 'right', proto }));
const BOXES = { boxes: ['box1', 'box2'], underlay: 'enp0s8' } as const;

async function agree(scene: Scene): Promise<void> {
  const passages = await play(scene);
  // Each flow asks for a neighbour first: four frames arrive at each box.
  expect(passages).toHaveLength(scene.flows.length * 8);
  for (const { real, model, ...passage } of passages)
    expect({ ...passage, seen: real }).toEqual({ ...passage, seen: model });
}

test.skipIf(withoutKernel !== undefined)(
  'when the kernel is given the frames of walks then it sends what nettrace says: VXLAN',
  () =>
    agree({
      ...BOXES,
      topology: 'test/topologies/kernel-vxlan.yaml',
      flows: FLOWS,
      player: 'linux',
      ports: [10_800],
    }),
  30_000,
);

test
  .skipIf(withoutOvs !== undefined)
  .each([
    'topologies/ovs-overlay-gretap.yaml',
    'topologies/ovs-overlay-vxlan.yaml',
    'topologies/ovs-overlay-geneve.yaml',
    'test/topologies/ovs-erspan.yaml',
  ])(
  'when Open vSwitch is given the frames of walks then it sends what nettrace says: %s',
  (topology) =>
    agree({
      ...BOXES,
      topology,
      flows: FLOWS,
      player: 'open-vswitch',
    }),
  30_000,
);
