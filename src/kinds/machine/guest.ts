/** A machine's kernel as a device: its interfaces, tables and rules, from what the topology says. */
import { familyOf, LOOPBACK, offsetBy, type Address, type Family, type Value } from '../../value/address.ts';
import { constant } from '../../value/term.ts';
import { ALL, contains, hostPrefix, prefixOf, type Prefix } from '../../value/prefix.ts';
import {
  anycastRoutes,
  connectedRoutes,
  ETHERNET,
  localRoutes,
  LOOPBACK_LINK,
  SCOPE,
  withDevices,
  type InterfaceAddress,
} from '../../mechanism/linux/interface.ts';
import type { LinuxMachine } from '../../mechanism/linux/machine.ts';
import { netfilterMachine } from '../../mechanism/linux/netfilter-machine.ts';
import type { LinuxRoute, NextHop } from '../../mechanism/linux/route.ts';
import { routing } from '../../mechanism/linux/routing.ts';
import { netfilter } from '../../mechanism/netfilter/netfilter.ts';
import { tunnels } from '../../mechanism/tunnel/tunnels.ts';
import type { Known } from '../../walk/device.ts';
import type { Declared, Programmed } from '../kind.ts';
import { placeOf } from '../premises.ts';
import { ownPorts, tunnelPorts } from './bridge.ts';
import type { MachineConfig, MachineNic } from './build.ts';
import type { LinuxConfig } from './linux.ts';
import { isUnplugged } from './public.ts';
import { tunnelLinks } from './tunnel-link.ts';
import { vlanStates } from './vlan-link.ts';

const KIND = 'machine';

const LOOPBACK_ADDRESSES: readonly InterfaceAddress[] = [
  { address: LOOPBACK[4], network: prefixOf(LOOPBACK[4], 8), scope: SCOPE.host },
  { address: LOOPBACK[6], network: hostPrefix(LOOPBACK[6]), scope: SCOPE.host },
];

export function buildGuest(
  config: MachineConfig,
  where: string | undefined,
  programmed: Programmed,
): LinuxMachine {
  const { sysctl, policy, rulesets } = config.linux;
  const interfaces = interfacesOf(config, programmed.declared);
  const own = [...interfaces].flatMap(([port, addresses]) => [
    ...localRoutes(port, addresses, config.at),
    ...(sysctl.forwards(6, port) ? anycastRoutes(port, addresses, config.at) : []),
  ]);
  const routes =
    config.linux.routes?.map((route) => withDevices(route, interfaces)) ??
    defaultRoutes(config, interfaces, programmed);
  const links = linksOf(config, interfaces);
  const table = routing({
    routes: [...own, ...routes],
    rules: policy,
    isUsable: (hop) => isUsable(hop, links, sysctl),
    hasLocalRoutes: config.linux.routes?.some(isCustomLocal) ?? false,
  });
  const stated = new Map([...links, ...tunnelLinks(config.linux.tunnels, links, table)]);
  const known = new Map([...stated, ...vlanStates(config.linux.vlans, stated)]);
  const host = { node: config.name, interfaces, links: known, routing: table, sysctl };
  return {
    ...host,
    kind: KIND,
    where,
    place: placeOf(config.name, programmed.declared)?.place,
    macs: macsOf(config),
    neighbours: neighboursOf(config.linux),
    netfilter: netfilter(rulesets, netfilterMachine({ ...host, sets: config.linux.sets })),
    listeners: config.listeners,
    tunnels: tunnels([
      ...config.linux.tunnels.map(({ endpoint }) => endpoint),
      ...config.bridges.flatMap(tunnelPorts),
    ]),
    vlans: config.linux.vlans,
    at: config.at,
  };
}

/** A VLAN has the address of the interface that it is one of. */
function macsOf({ nics, linux: { tunnels, vlans }, bridges }: MachineConfig): LinuxMachine['macs'] {
  const own = [...nics, ...tunnels, ...bridges.flatMap(ownPorts)];
  const macs = new Map(
    own.flatMap(({ port, mac }) => (mac === undefined ? [] : [[port, constant(mac)] as const])),
  );
  for (const { port, link, mac } of vlans) {
    const known = mac === undefined ? macs.get(link) : constant(mac);
    if (known) macs.set(port, known);
  }
  return macs;
}

/** The neighbours that a kernel need not ask for. */
function neighboursOf({ neighbours }: LinuxConfig): LinuxMachine['neighbours'] {
  const tables = new Map<string, Map<Value, Known>>();
  for (const { port, address, mac, at } of neighbours) {
    const table = tables.get(port) ?? new Map<Value, Known>();
    tables.set(port, table.set(address, { mac: constant(mac), at }));
  }
  return new Map([...tables].map(([port, table]) => [port, { find: (address) => table.get(address) }]));
}

/** Interfaces as they are stated; a NIC may state its MTU. */
function linksOf(
  { nics, linux: { links } }: MachineConfig,
  interfaces: ReadonlyMap<string, unknown>,
): LinuxMachine['links'] {
  const mtus = new Map(nics.map((nic) => [nic.port, nic.mtu]));
  return new Map(
    [...interfaces.keys()].map((port) => {
      const link = links.get(port) ?? (port === 'lo' ? LOOPBACK_LINK : ETHERNET);
      return [port, { ...link, mtu: mtus.get(port) ?? link.mtu }];
    }),
  );
}

/** Routes by an interface that is down are gone; by one without carrier they stay unless a setting says otherwise. */
function isUsable(
  { dev, isDead, isLinkDown }: NextHop,
  links: LinuxMachine['links'],
  sysctl: LinuxMachine['sysctl'],
): boolean {
  const { isUp, hasCarrier } = links.get(dev ?? '') ?? ETHERNET;
  const isDown = isLinkDown === true || !hasCarrier;
  const isIgnored = isDown && sysctl.get(`net.ipv4.conf.${dev}.ignore_routes_with_linkdown`) !== 0;
  return isUp && isDead !== true && !isIgnored;
}

/** fib_has_custom_local_routes: local routes that somebody added. */
const isCustomLocal = ({ type, isFromKernel, prefix }: LinuxRoute): boolean =>
  type === 'local' && isFromKernel !== true && familyOf(prefix.first) === 4;

/** Addresses and networks by interface: what the machine states, else what its NICs say. */
export function interfacesOf(
  config: MachineConfig,
  declared: Declared,
): Map<string, readonly InterfaceAddress[]> {
  const interfaces = new Map<string, readonly InterfaceAddress[]>(
    config.nics.map((nic) => [
      nic.port,
      nic.addresses.map((address) => ({ address, network: networkOf(nic, address, declared) })),
    ]),
  );
  for (const { port } of [...config.linux.tunnels, ...config.linux.vlans]) interfaces.set(port, []);
  for (const { port } of config.bridges.flatMap(ownPorts)) interfaces.set(port, []);
  for (const [port, addresses] of config.linux.addresses ?? []) interfaces.set(port, addresses);
  const ofLoopback = config.linux.addresses?.get('lo') ?? [];
  const implied = LOOPBACK_ADDRESSES.filter(({ address }) =>
    ofLoopback.every((one) => one.address !== address),
  );
  interfaces.set('lo', [...implied, ...ofLoopback]);
  return interfaces;
}

/** The subnet or site that the address is in, as the guest configures it; on the Internet everything is next door. */
function networkOf(nic: MachineNic, address: Address, declared: Declared): Prefix {
  if (isUnplugged(nic)) return ALL[familyOf(address)];
  const prefixes =
    nic.subnet === undefined
      ? declared.sites.get(nic.site ?? '')?.prefixes
      : declared.subnets.get(nic.subnet)?.addressPrefixes;
  return prefixes?.find((range) => contains(range, address)) ?? hostPrefix(address);
}

/** What DHCP gives a guest: its own networks, and by the first NIC everything else. */
function defaultRoutes(
  config: MachineConfig,
  interfaces: ReadonlyMap<string, readonly InterfaceAddress[]>,
  programmed: Programmed,
): LinuxRoute[] {
  const { tunnels: joined, vlans } = config.linux;
  const connected = [...config.nics, ...joined, ...vlans, ...config.bridges.flatMap(ownPorts)].flatMap(
    ({ port, at }) => connectedRoutes(port, interfaces.get(port) ?? [], at),
  );
  const first = config.nics[0];
  if (!first) return connected;
  const families: readonly Family[] = [4, 6];
  const defaults = families.flatMap((family): LinuxRoute[] => {
    const via = gatewayOf(first, family, interfaces, programmed);
    return via === undefined
      ? []
      : [
          {
            prefix: ALL[family],
            type: 'unicast',
            via,
            dev: first.port,
            metric: 0,
            table: 'main',
            at: first.at,
          },
        ];
  });
  return [...connected, ...defaults];
}

/** Azure answers for the first address of every subnet; a site's gateway is its edge router. */
function gatewayOf(
  nic: MachineNic,
  family: Family,
  interfaces: ReadonlyMap<string, readonly InterfaceAddress[]>,
  programmed: Programmed,
): Address | undefined {
  const own = interfaces.get(nic.port)?.find((one) => familyOf(one.address) === family);
  if (!own) return undefined;
  if (nic.subnet !== undefined) return offsetBy(own.network.first, 1);
  return programmed.declared.sites
    .get(nic.site ?? '')
    ?.edgeAddresses.find((address) => familyOf(address) === family);
}
