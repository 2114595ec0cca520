/** Two boxes of a topology, played by a real sender: what nettrace says that each makes of a frame, and what it made. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { DecodedLayer } from '../../../src/report/decode.ts';
import { startAgent, type Agent } from '../agent.ts';
import { pass, type BoxConfig, type Peer, type Underlay } from './box.ts';
import { layersOf } from './compare.ts';
import { crossingsOf, type Crossing, type FlowOptions } from './crossings.ts';
import { startLinux } from './linux-box.ts';
import { startOpenVswitch } from './open-vswitch-box.ts';

export interface Scene {
  readonly topology: string;
  /** Walked one after the other. */
  readonly flows: readonly Omit<FlowOptions, 'topology'>[];
  readonly player: 'linux' | 'open-vswitch';
  /** Each is the other's peer. */
  readonly boxes: readonly [string, string];
  /** Their interface to one another. */
  readonly underlay: string;
  /** UDP ports of VXLAN. */
  readonly ports?: readonly number[];
}

/** What became of a frame that arrived at a box. */
export interface Passage {
  readonly box: string;
  readonly arrived: string;
  readonly model: Seen;
  readonly real: Seen;
}

type Seen = { readonly port: string; readonly layers: readonly DecodedLayer[] } | undefined;

export async function play(scene: Scene): Promise<readonly Passage[]> {
  const { machines } = parse(readFileSync(scene.topology, 'utf8')) as {
    machines: Record<string, BoxConfig>;
  };
  const crossings = scene.flows.flatMap((flow) => crossingsOf({ ...flow, topology: scene.topology }));
  const passages: Passage[] = [];
  for (const [i, name] of scene.boxes.entries()) {
    const underlay = underlayOf(machines, scene, i);
    const wires = [scene.underlay, ...pluggedInto(name, machines)];
    const agent = startAgent();
    const remove = await start(scene.player, agent, withWires(machines[name]!, wires), underlay);
    try {
      for (const [arrived, left] of passesOf(crossings, name, wires))
        passages.push(await passage(scene, agent, { name, underlay, wires }, arrived, left));
    } finally {
      agent.stop();
      remove();
    }
  }
  return passages;
}

async function start(
  player: Scene['player'],
  agent: Agent,
  box: BoxConfig,
  underlay: Underlay,
): Promise<() => void> {
  if (player === 'open-vswitch') return startOpenVswitch(agent, box, underlay);
  await startLinux(agent, box, underlay);
  return () => undefined;
}

interface Box {
  readonly name: string;
  readonly underlay: Underlay;
  readonly wires: readonly string[];
}

async function passage(
  { ports, underlay: wire }: Scene,
  agent: Agent,
  { name, underlay }: Box,
  arrived: Crossing,
  left: Crossing | undefined,
): Promise<Passage> {
  const port = portOf(arrived);
  const octets = Buffer.from(arrived.bytes);
  if (port === wire)
    Buffer.from(`${underlay.mac}${underlay.peer.mac}`.replaceAll(':', ''), 'hex').copy(octets);
  const seen = (at: string, bytes: Uint8Array): Seen => ({ port: at, layers: layersOf(bytes, ports) });
  const frames = await pass(agent, { port, octets: octets.toString('hex') });
  const told = frames
    .map((frame) => seen(frame.port, Buffer.from(frame.octets, 'hex')))
    .find((one) => !isNoise(one));
  return {
    box: name,
    arrived: arrived.interface,
    model: left && seen(portOf(left), left.bytes),
    real: told,
  };
}

/** A kernel's bridge reports the groups of its own interface: IGMP. */
const isNoise = (seen: Seen): boolean =>
  seen?.layers.some(({ proto, protocol }) => proto === 'opaque' && protocol === 2) ?? false;

const portOf = ({ interface: name }: Crossing): string => name.split('/')[1] ?? '';

/** Each arrival at the box, and what left because of it. */
function passesOf(
  crossings: readonly Crossing[],
  box: string,
  wires: readonly string[],
): readonly (readonly [Crossing, Crossing | undefined])[] {
  const own = crossings.filter((one) => wires.some((wire) => one.interface === `${box}/${wire}`));
  return own.flatMap((one, i) => {
    const next = own[i + 1];
    return one.direction === 'in' ? [[one, next?.direction === 'out' ? next : undefined] as const] : [];
  });
}

/** Ports of the box's bridges that other machines are plugged into. */
const pluggedInto = (box: string, machines: Readonly<Record<string, BoxConfig>>): readonly string[] =>
  Object.values(machines).flatMap(({ nics }) =>
    Object.values(nics).flatMap(({ bridge, port }) =>
      bridge?.startsWith(`${box}/`) === true ? [port!] : [],
    ),
  );

const withWires = (box: BoxConfig, wires: readonly string[]): BoxConfig => ({
  ...box,
  nics: { ...Object.fromEntries(wires.map((wire) => [wire, {}])), ...box.nics },
});

function underlayOf(
  machines: Readonly<Record<string, BoxConfig>>,
  { boxes, underlay }: Scene,
  i: number,
): Underlay {
  const [own, other] = [peer(machines, boxes, underlay, i), peer(machines, boxes, underlay, 1 - i)];
  return { port: underlay, mac: own.mac, address: `${own.address}/24`, peer: other };
}

function peer(
  machines: Readonly<Record<string, BoxConfig>>,
  boxes: Scene['boxes'],
  port: string,
  i: number,
): Peer {
  const { nics, linux } = machines[boxes[i]!]!;
  const stated = nics[port]?.privateIPAddress ?? linux?.addresses?.[port]?.[0] ?? '';
  return { address: stated.split('/')[0]!, mac: `02:00:00:00:56:0${i + 1}` };
}
