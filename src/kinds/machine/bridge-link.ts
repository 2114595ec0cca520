/** A machine's bridges as devices, and what their ports are plugged into. */
import { bridge, type BridgePort } from '../../mechanism/bridge/bridge.ts';
import { bridgeMirror } from '../../mechanism/bridge/mirror.ts';
import type { LinkState } from '../../mechanism/linux/interface.ts';
import { mirroring } from '../../mechanism/mirror.ts';
import type { Family } from '../../value/address.ts';
import { constant } from '../../value/term.ts';
import type { Device, Link } from '../../walk/device.ts';
import { cable, type Built, type Programmed } from '../kind.ts';
import { plugName } from '../premises.ts';
import { ownPorts, type BridgeConfig, type PortConfig } from './bridge.ts';
import type { MachineConfig, MachineNic } from './build.ts';

/** The bridges of a machine, each beside its kernel. */
export const buildBridges = (
  machine: MachineConfig,
  place: Pick<Device, 'kind' | 'where'>,
  guest: () => Device,
  programmed: Programmed,
  states: ReadonlyMap<string, LinkState>,
): readonly Built[] =>
  machine.bridges.map((config) => {
    const ports = config.ports.filter((port) => isConnected(machine, config, port, programmed));
    const nics = machine.nics.filter(({ port }) => ports.some((one) => one.name === port));
    const device = bridge({
      ...place,
      node: machine.name,
      bridge: config.name,
      ports: withReserved(ports, config),
      own: ownMacs(config, nics),
      entries: config.entries,
      filtered: config.isLinux ? filteredOf(machine) : [],
      at: config.at,
    });
    const mirrors = config.mirrors.map((one) => bridgeMirror(one, device, withReserved(ports, config)));
    return {
      device: mirrors.length === 0 ? device : mirroring(device, mirrors),
      links: Object.fromEntries(
        ports.map((port) => [
          port.name,
          { ...linkOf(machine, config, port, guest, programmed), ...limitOf(config, port, states) },
        ]),
      ),
    };
  });

const CALLS = { 4: 'net.bridge.bridge-nf-call-iptables', 6: 'net.bridge.bridge-nf-call-ip6tables' } as const;

/** The families whose rules a bridged packet meets too. */
const filteredOf = ({ linux: { sysctl, rulesets } }: MachineConfig): readonly Family[] =>
  ([4, 6] as const).filter((family) => rulesets[family] && sysctl.get(CALLS[family]) !== 0);

/** A port that copies leave by is for nothing else. */
const withReserved = (ports: readonly BridgePort[], { mirrors }: BridgeConfig): readonly BridgePort[] =>
  ports.map((port) =>
    mirrors.some(({ output }) => 'port' in output && output.port === port.name)
      ? { ...port, isForCopies: true }
      : port,
  );

/** Frames for the bridge itself; a Linux bridge takes those for the addresses of its ports too. */
const ownMacs = ({ isLinux, name, ports }: BridgeConfig, nics: readonly MachineNic[]): readonly number[] => [
  ...ports.flatMap(({ name: port, to }) => (to.is === 'own' && port === name ? [to.mac] : [])),
  ...(isLinux ? nics.map(({ mac }) => mac) : []),
];

/** A port that leads nowhere has no carrier; the machine itself listens where it has an address. */
function isConnected(
  machine: MachineConfig,
  config: BridgeConfig,
  { name, to }: PortConfig,
  { declared }: Programmed,
): boolean {
  const { addresses, vlans } = machine.linux;
  if (to.is === 'own' || to.is === 'interface')
    return addresses?.has(name) === true || vlans.some(({ link }) => link === name);
  return to.is !== 'plug' || declared.neighbours.has(plugName(`${machine.name}/${config.name}`, name));
}

/** Octets that a Linux bridge lets pass beyond the MTU: those of a tag, whether there is one or not. */
const TAG = 4;

/**
 * What is larger than the interface takes is lost: br_dev_queue_push_xmit, ovs_vport_send. The interface that is the bridge
 * itself is not asked, nor is a tunnel of Open vSwitch, whose MTU is as large as can be.
 */
function limitOf(
  { isLinux }: BridgeConfig,
  { name, to, at }: PortConfig,
  states: ReadonlyMap<string, LinkState>,
): Pick<Link, 'mtu' | 'at'> {
  const mtu = states.get(name)?.mtu;
  const isAsked = to.is === 'nic' || (to.is === 'tunnel' && isLinux);
  return mtu === undefined || !isAsked ? {} : { mtu: isLinux ? mtu + TAG : mtu, at };
}

function linkOf(
  machine: MachineConfig,
  config: BridgeConfig,
  { name, to }: PortConfig,
  guest: () => Device,
  programmed: Programmed,
): Link {
  const { name: node } = machine;
  switch (to.is) {
    case 'nic':
      return wireOf(machine, name, programmed);
    case 'tunnel':
      return cable(() => programmed.device(`${node}:${name}`), name);
    case 'own':
    case 'interface':
      return cable(guest, name);
    case 'patch':
      return cable(() => programmed.device(`${node}:${to.bridge}`), to.port);
    case 'plug': {
      const [nic] = programmed.declared.neighbours.get(plugName(`${node}/${config.name}`, name)) ?? [];
      return nic ? cable(() => programmed.device(nic.node), nic.port) : NOWHERE;
    }
    default:
      return to satisfies never;
  }
}

/** What a NIC is plugged into. */
function wireOf({ name, nics }: MachineConfig, port: string, programmed: Programmed): Link {
  const segment = nics.find((nic) => nic.port === port)?.segment;
  return segment === undefined ? NOWHERE : programmed.segment(segment, name, port);
}

const NOWHERE: Link = { carry: () => ({ reason: 'neighbour-missing' }) };

/** The kernel's interfaces that are ports of bridges. */
export const bridgeLinks = (
  machine: MachineConfig,
  built: readonly Built[],
): Readonly<Record<string, Link>> =>
  Object.fromEntries(
    machine.bridges.flatMap((config, i) =>
      ownPorts(config).map(({ port, mac }) => [
        port,
        { framed: { mac: constant(mac) }, ...cable(() => built[i]!.device, port) },
      ]),
    ),
  );

/** From a NIC to the port of another machine's bridge. */
export const plugLink = ({ mac, plug }: MachineNic, name: string, programmed: Programmed): Link => ({
  framed: { mac: constant(mac) },
  ...cable(() => programmed.device(name.replace('/', ':')), plug!),
});
