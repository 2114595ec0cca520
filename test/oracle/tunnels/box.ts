/** A machine of a topology that Linux or Open vSwitch plays: a namespace whose interfaces are wires in our hands. */
import type { Agent } from '../agent.ts';
import { QUIET } from '../machine.ts';

/** A frame on one of the wires, in hexadecimal. */
export interface Frame {
  readonly port: string;
  readonly octets: string;
}

/** A machine as a topology states it, as far as it is played. */
export interface BoxConfig {
  readonly nics: Readonly<
    Record<
      string,
      {
        readonly macAddress?: string;
        readonly privateIPAddress?: string;
        readonly mtu?: number;
        readonly master?: string;
        readonly bridge?: string;
        readonly port?: string;
      }
    >
  >;
  readonly linux?: {
    readonly addresses?: Readonly<Record<string, readonly string[]>>;
    readonly links?: Readonly<Record<string, LinkConfig>>;
  };
  readonly ovs?: Readonly<Record<string, OvsBridge>>;
}

interface OvsBridge {
  readonly ports: Readonly<Record<string, PortConfig | null>>;
  readonly mirrors?: Readonly<Record<string, MirrorConfig>>;
}

export type MirrorConfig = Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>;

type Word = string | number | boolean;
export type LinkConfig = Readonly<Record<string, Word>> & { readonly type: string };
export interface PortConfig {
  readonly type?: string;
  readonly tag?: number;
  readonly trunks?: readonly number[];
  readonly options?: Readonly<Record<string, Word>>;
}

/** Who is at the other end of the wire: no ARP is asked there. */
export interface Peer {
  readonly address: string;
  readonly mac: string;
}

/** The wire to the other boxes, with the address on it. */
export interface Underlay {
  readonly port: string;
  readonly mac: string;
  readonly address: string;
  readonly peer: Peer;
}

/** Lines for `ip -batch`. */
export const ip = async (agent: Agent, ...lines: readonly string[]): Promise<void> => {
  await agent.ask({
    op: 'run',
    command: ['ip', '-batch', '-'],
    input: lines.map((line) => `${line}\n`).join(''),
  });
};

/** Bridges report the groups of their own interface. */
const SILENT = [['net/ipv6/conf/default/disable_ipv6', 1]];

/** A fresh namespace with a wire at each of the ports. */
export async function load(agent: Agent, ports: readonly string[]): Promise<void> {
  await agent.ask({
    op: 'load',
    interfaces: ports,
    before: [...QUIET, ...SILENT],
    steps: [],
    listen: [[], []],
  });
  await ip(agent, 'link set lo up', ...ports.map((port) => `link set ${port} up`));
}

/** Seconds until a frame that causes nothing is taken to cause nothing. */
const PATIENCE = 2;

/** Seconds in which all copies of a frame leave. */
const MOMENT = 0.3;

/** Lets a frame arrive; all that leave because of it. */
export async function passAll(agent: Agent, { port, octets }: Frame): Promise<readonly Frame[]> {
  const first = framesOf(await agent.ask({ op: 'inject', port, frame: octets }));
  const later = framesOf(await agent.ask({ op: 'watch', seconds: MOMENT }));
  return [...first, ...later];
}

/** Lets a frame arrive; the first that leaves because of it. */
export async function pass(agent: Agent, { port, octets }: Frame): Promise<readonly Frame[]> {
  const left = framesOf(await agent.ask({ op: 'inject', port, frame: octets }));
  return left.length > 0 ? left : framesOf(await agent.ask({ op: 'watch', seconds: PATIENCE }));
}

const framesOf = ({ frames }: Readonly<Record<string, unknown>>): readonly Frame[] =>
  (frames as readonly (readonly [string, string])[]).map(([at, frame]) => ({ port: at, octets: frame }));
