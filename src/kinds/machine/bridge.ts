/** Bridges of a machine as a topology states them, of Linux and of Open vSwitch alike. */
import type { ForwardingEntry } from '../../mechanism/bridge/bridge.ts';
import type { BridgeMirror } from '../../mechanism/bridge/mirror.ts';
import type { PortVlans } from '../../mechanism/bridge/vlan.ts';
import type { TunnelEndpoint } from '../../mechanism/tunnel/endpoint.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading, Text } from '../kind.ts';
import type { BridgeDeclaration } from '../premises.ts';
import type { MachineNic } from './build.ts';
import { readFdb } from '../../mechanism/linux/fdb-text.ts';
import { readMac } from '../mac.ts';
import { tell } from './tell.ts';
import { readOvs } from './ovs.ts';
import type { OvsText } from './ovs-schema.ts';
import { readVlans, vlansOf } from './bridge-vlan.ts';
import type { LinkConfig } from './link-schema.ts';
import { checkWords } from './link-words.ts';

/** What a port leads to. */
export type PortEnd =
  /** A NIC of the machine, and so what that is plugged into. */
  | { readonly is: 'nic' }
  /** A tunnel of the machine; one of Open vSwitch is a port and nothing else. */
  | { readonly is: 'tunnel'; readonly endpoint?: TunnelEndpoint }
  /** The machine's kernel, by the interface that is the bridge, or by one of its own. */
  | { readonly is: 'own' | 'interface'; readonly mac: number }
  /** A NIC that says so. */
  | { readonly is: 'plug' }
  | { readonly is: 'patch'; readonly bridge: string; readonly port: string };

export interface PortConfig {
  readonly name: string;
  readonly to: PortEnd;
  readonly vlans: PortVlans | undefined;
  readonly at: Cite;
}

export interface BridgeConfig {
  readonly name: string;
  /** A Linux bridge takes frames for any of its ports' addresses. */
  readonly isLinux: boolean;
  readonly ports: readonly PortConfig[];
  readonly entries: readonly ForwardingEntry[];
  /** Of Open vSwitch. */
  readonly mirrors: readonly BridgeMirror[];
  readonly at: Cite;
}

interface Stated {
  readonly linux?:
    | {
        readonly links?: Links | undefined;
        readonly fdb?: Text | undefined;
        readonly vlan?: Text | undefined;
      }
    | undefined;
  readonly ovs?: OvsText | undefined;
}

/** The bridges of a machine, as NICs of other machines may be plugged into them. */
export function declareBridges(
  node: string,
  { linux, ovs = {} }: Stated,
  nics: readonly MachineNic[],
  at: Cite,
  reading: Reading,
): readonly BridgeConfig[] {
  const links = linux?.links ?? {};
  const bridges = [
    ...withEntries(
      readBridges(node, links, nics, { text: linux?.vlan, at: below(at, 'linux') }, reading),
      linux?.fdb,
      below(at, 'linux', 'fdb'),
      reading,
    ),
    ...readOvs(
      node,
      ovs,
      nics.map(({ port }) => port),
      below(at, 'ovs'),
      reading,
    ),
  ];
  const ports = bridges.flatMap((bridge) => bridge.ports.map((port) => ({ bridge, ...port })));
  for (const { bridge, name, to, at: place } of ports) {
    const first = ports.find((one) => one.name === name)!;
    if (first.at !== place)
      reading.report('name-duplicate', { key: place }, `${name} is a port of ${first.bridge.name} already`);
    const isNic = to.is !== 'nic' && nics.some((nic) => nic.port === name);
    if (isNic || (!bridge.isLinux && Object.hasOwn(links, name)))
      reading.report('name-duplicate', { key: place }, `the machine has an interface ${name} already`);
  }
  for (const bridge of bridges) reading.bridge(declarationOf(node, bridge));
  return bridges;
}

function declarationOf(node: string, { name, ports, isLinux, at }: BridgeConfig): BridgeDeclaration {
  const [plugs, taken] = [ports.filter(isPlug), ports.filter((one) => !isPlug(one))];
  return {
    name: `${node}/${name}`,
    plugs: plugs.map((one) => one.name),
    addition: (port) =>
      isLinux
        ? `add to linux.links of ${node}: ${port}: { type: veth, master: ${name} }`
        : `add to ovs.${name}.ports of ${node}: ${port}: {}`,
    taken: new Map(taken.map((one) => [one.name, TAKEN[one.to.is]])),
    at,
  };
}

const isPlug = ({ to }: PortConfig): boolean => to.is === 'plug';

const TAKEN: Readonly<Record<PortEnd['is'], string>> = {
  nic: 'a NIC of its own machine',
  tunnel: 'a tunnel',
  own: 'its machine’s own',
  interface: 'its machine’s own',
  patch: 'a patch to another bridge',
  plug: 'free',
};

/** The bridge that a NIC of the machine is a port of. */
export const bridgeOf = (nic: string, bridges: readonly BridgeConfig[]): string | undefined =>
  bridges.find(({ ports }) => ports.some(({ name, to }) => to.is === 'nic' && name === nic))?.name;

type Links = Readonly<Record<string, LinkConfig>>;

/** The bridges among a machine's links, with the links and NICs whose master they are. */
function readBridges(
  node: string,
  links: Links,
  nics: readonly MachineNic[],
  vlans: { readonly text: Text | undefined; readonly at: Cite },
  reading: Reading,
): readonly BridgeConfig[] {
  const at = below(vlans.at, 'links');
  checkMasters(links, nics, at, reading);
  const owned = [
    ...nics.map(({ port, master }) => [port, master]),
    ...Object.entries(links).map(([port, { master }]) => [port, master]),
  ];
  const names = Object.entries(links).flatMap(([name, { type }]) => (type === 'bridge' ? [name] : []));
  const ports = owned.flatMap(([port, master]) => (master === undefined ? [] : [port!]));
  const stated = readVlans(vlans.text, [...names, ...ports], below(vlans.at, 'vlan'), reading);
  return Object.entries(links).flatMap(([name, config]) => {
    const place = below(at, name);
    if (config.type === 'veth') checkWords(config, ['type', 'mtu', 'master'], place, reading);
    if (config.type !== 'bridge') return [];
    checkWords(
      config,
      ['type', 'mtu', 'address', 'master', 'vlan_filtering', 'vlan_default_pvid'],
      place,
      reading,
    );
    const mac = macOf(node, name, config, nics, place, reading);
    const own: readonly PortConfig[] = [
      { name, to: { is: 'own', mac }, vlans: undefined, at: place },
      ...nics.filter(({ master }) => master === name).map(nicPort),
      ...Object.entries(links)
        .filter(([, { master }]) => master === name)
        .map(([port, link]) => linkPort(port, link, below(at, port))),
    ];
    const tagged = own.map((port) => ({ ...port, vlans: vlansOf(port.name, config, stated) }));
    return [{ name, isLinux: true, ports: tagged, entries: [], mirrors: [], at: place }];
  });
}

/** What `bridge fdb` prints, to the bridges whose ports it names. */
function withEntries(
  bridges: readonly BridgeConfig[],
  text: Text | undefined,
  at: Cite,
  reading: Reading,
): readonly BridgeConfig[] {
  const read = text === undefined ? undefined : reading.text(text, at);
  if (read === undefined) return bridges;
  const { entries, problems } = readFdb(read, at);
  tell(problems, at, reading);
  const ports = bridges.flatMap((bridge) => bridge.ports.map(({ name }) => name));
  for (const { port, at: place } of entries) reading.referIn(ports, 'port of a Linux bridge', port, place);
  return bridges.map((bridge) => ({
    ...bridge,
    entries: entries
      .filter(({ port }) => bridge.ports.some(({ name }) => name === port))
      .map(({ mac, vlan, port, is, at: place }) => ({
        mac,
        vlan,
        port: is === 'own' ? bridge.name : port,
        isStatic: is !== 'learned',
        at: place,
      })),
  }));
}

/** The lowest address of its ports, unless one is stated (br_stp_recalculate_bridge_id). */
function macOf(
  node: string,
  name: string,
  { address }: LinkConfig,
  nics: readonly MachineNic[],
  at: Cite,
  reading: Reading,
): number {
  const macs = nics.filter(({ master }) => master === name).map(({ mac }) => mac);
  if (address === undefined && macs.length > 0) return Math.min(...macs);
  return readMac(`${node}/${name}`, address, below(at, 'address'), reading);
}

const nicPort = ({ port, at }: MachineNic): PortConfig => ({
  name: port,
  to: { is: 'nic' },
  vlans: undefined,
  at,
});

const linkPort = (name: string, { type }: LinkConfig, at: Cite): PortConfig => ({
  name,
  to: { is: type === 'veth' ? 'plug' : 'tunnel' },
  vlans: undefined,
  at,
});

/** A master is a bridge of the machine, and no bridge has one (br_add_if: ELOOP). */
function checkMasters(links: Links, nics: readonly MachineNic[], at: Cite, reading: Reading): void {
  const bridges = Object.keys(links).filter((name) => links[name]?.type === 'bridge');
  const check = (port: string, master: string | undefined, place: Cite): void => {
    if (master === undefined || bridges.includes(master)) return;
    const other = links[master]?.type;
    if (other === undefined) reading.referIn(bridges, 'bridge', master, place);
    else
      reading.report(
        'value-invalid',
        place,
        `${master} is no bridge but of type ${other}, and cannot have ${port} for a port`,
        bridges.length === 0 ? 'add a link of type bridge' : `take ${bridges.join(' or ')}`,
      );
  };
  for (const { port, master, at: place } of nics) check(port, master, below(place, 'master'));
  for (const [port, { type, master }] of Object.entries(links)) {
    const place = below(at, port, 'master');
    if (type === 'bridge' && master !== undefined)
      reading.report(
        'value-invalid',
        place,
        `${port} is a bridge, and the kernel makes no bridge the port of another`,
        'join two bridges by a pair of veth, each the port of one',
      );
    else check(port, master, place);
  }
}

/** Tunnels that are ports of Open vSwitch. */
export const tunnelPorts = ({ ports }: BridgeConfig): readonly TunnelEndpoint[] =>
  ports.flatMap(({ to }) => (to.is === 'tunnel' && to.endpoint ? [to.endpoint] : []));

/** An interface of the kernel that is a port of a bridge. */
interface OwnPort {
  readonly port: string;
  readonly mac: number;
  readonly at: Cite;
}

export const ownPorts = ({ ports }: BridgeConfig): readonly OwnPort[] =>
  ports.flatMap(({ name, to, at }) => ('mac' in to ? [{ port: name, mac: to.mac, at }] : []));
