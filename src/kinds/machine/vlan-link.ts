/** Interfaces of a machine that are VLANs of others: `ip link add link eth0 name eth0.10 type vlan id 10`. */
import { vlanDevice, TAGGED, taggedPort, type VlanDevice } from '../../mechanism/linux/vlan-device.ts';
import { ETHERNET, type LinkState } from '../../mechanism/linux/interface.ts';
import type { LinuxMachine } from '../../mechanism/linux/machine.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Device, Link } from '../../walk/device.ts';
import { cable, type Built, type Programmed, type Reading } from '../kind.ts';
import { readMac } from '../mac.ts';
import type { BridgeConfig } from './bridge.ts';
import type { LinkConfig } from './link-schema.ts';
import { checkWords } from './link-words.ts';

export interface VlanInterface extends VlanDevice {
  readonly port: string;
  /** Undefined: that of the interface that it is a VLAN of. */
  readonly mac: number | undefined;
  readonly mtu: number | undefined;
}

const LARGEST = 4094;

/** Types of links that carry no frames, or that lead to another machine. */
const UNFIT: ReadonlySet<string> = new Set(['veth', 'vlan', 'gre', 'ip6gre', 'ipip', 'sit', 'ip6tnl']);

/** VLANs among the links. `ports` are NICs and ports of Open vSwitch. */
export function readVlanLinks(
  node: string,
  links: Readonly<Record<string, LinkConfig>>,
  ports: readonly string[],
  at: Cite,
  reading: Reading,
): readonly VlanInterface[] {
  const fit = [...ports, ...Object.keys(links).filter((name) => !UNFIT.has(links[name]!.type))];
  return Object.entries(links).flatMap(([port, config]) => {
    if (config.type !== 'vlan') return [];
    const place = below(at, port);
    const { id: vid, link, address, mtu } = config;
    checkWords(config, ['type', 'mtu', 'address', 'master', 'link', 'id'], place, reading);
    if (link === undefined)
      reading.report(
        'key-missing',
        { key: place },
        `${port} has no link`,
        'add the interface that it is a VLAN of',
      );
    else reading.referIn(fit, 'interface that carries frames', link, below(place, 'link'));
    if (vid === undefined) reading.report('key-missing', { key: place }, `${port} has no id`, 'add its VLAN');
    else if (vid < 1 || vid > LARGEST)
      reading.report('value-invalid', below(place, 'id'), `id ${vid} is no VLAN`, `write 1 to ${LARGEST}`);
    if (link === undefined || vid === undefined) return [];
    const mac =
      address === undefined
        ? undefined
        : readMac(`${node}/${port}`, address, below(place, 'address'), reading);
    return [{ name: port, port, link, vid, mac, mtu, at: place }];
  });
}

/** What the kernel knows of them as interfaces; their tag is none of their MTU's octets. */
export const vlanStates = (
  vlans: readonly VlanInterface[],
  states: ReadonlyMap<string, LinkState>,
): ReadonlyMap<string, LinkState> =>
  new Map(
    vlans.map(({ port, link, mtu }) => {
      const state = states.get(link) ?? ETHERNET;
      return [port, { ...state, mtu: mtu ?? state.mtu }];
    }),
  );

/** The VLANs as devices; `links` are those of the kernel. */
export const buildVlans = (
  machine: LinuxMachine,
  bridges: readonly BridgeConfig[],
  guest: () => Device,
  links: Readonly<Record<string, Link>>,
  programmed: Programmed,
): readonly Built[] =>
  machine.vlans.map((config) => {
    const owner = bridges.find(({ ports }) => ports.some(({ name }) => name === config.name));
    const inner = owner ? () => programmed.device(`${machine.node}:${owner.name}`) : guest;
    return {
      device: vlanDevice(config, machine),
      links: { [config.name]: cable(inner, config.name), [config.link]: links[config.link]! },
    };
  });

/** The kernel's ports towards them. */
export const vlanPorts = (machine: LinuxMachine, programmed: Programmed): Readonly<Record<string, Link>> =>
  Object.fromEntries(
    machine.vlans.flatMap(({ name }) => {
      const device = (): Device => programmed.device(`${machine.node}:${name}`);
      const mac = machine.macs.get(name);
      return [
        [name, { ...cable(device, name), ...(mac && { framed: { mac } }) }],
        [taggedPort({ name }), cable(device, TAGGED)],
      ];
    }),
  );
