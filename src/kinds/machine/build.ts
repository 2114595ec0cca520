/** A machine as devices: its kernel, and in Azure the host switch under it. */
import { familyOf, LOOPBACK, offsetBy, type Address, type Family } from '../../value/address.ts';
import { ALL, contains, hostPrefix, prefixOf, type Prefix } from '../../value/prefix.ts';
import { setOf, type IntegerSet } from '../../value/integer-set.ts';
import { hostSwitch, type VirtualPort } from '../../mechanism/host-switch.ts';
import { linux } from '../../mechanism/linux/kernel.ts';
import { netfilterMachine } from '../../mechanism/linux/netfilter-machine.ts';
import { connectedRoute, localRoute, type LinuxRoute } from '../../mechanism/linux/route.ts';
import { routing, type InterfaceAddress } from '../../mechanism/linux/routing.ts';
import { netfilter } from '../../mechanism/netfilter/netfilter.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Device, Link } from '../../walk/device.ts';
import { cable, once, segment, type Built, type Declared, type Programmed } from '../kind.ts';
import type { LinuxConfig } from './linux.ts';

export interface MachineNic {
  readonly port: string;
  readonly addresses: readonly Address[];
  readonly subnet: string | undefined;
  readonly site: string | undefined;
  readonly segment: string | undefined;
  readonly mac: number;
  readonly enableIPForwarding: boolean;
  readonly networkSecurityGroup: string | undefined;
  readonly at: Cite;
}

export interface MachineConfig {
  readonly name: string;
  readonly nics: readonly MachineNic[];
  readonly linux: LinuxConfig;
  readonly listeners: ReadonlyMap<number, IntegerSet> | undefined;
  readonly at: Cite;
}

const KIND = 'machine';

/** What the NIC is plugged into, as its machine writes it. */
const placeOf = (nic: MachineNic): string | undefined => nic.subnet ?? nic.site ?? nic.segment;

export function buildMachine(config: MachineConfig, programmed: Programmed): readonly Built[] {
  const azure = config.nics.filter((nic) => nic.subnet !== undefined);
  const where = config.nics[0] && placeOf(config.nics[0]);
  const guest = buildGuest(config, where, programmed);
  if (azure.length === 0) return [{ device: guest, links: linksOf(config, undefined, programmed) }];
  const host = hostSwitch({
    node: config.name,
    kind: KIND,
    where,
    ports: azure.map((nic) => virtualPort(config, nic, programmed)),
    fabric: programmed.fabric,
  });
  return [
    { device: guest, links: linksOf(config, host, programmed) },
    {
      device: host,
      links: {
        fabric: programmed.fabric.link,
        ...Object.fromEntries(azure.map((nic) => [nic.port, cable(() => guest, nic.port)])),
      },
    },
  ];
}

function linksOf(
  config: MachineConfig,
  host: Device | undefined,
  programmed: Programmed,
): Record<string, Link> {
  return Object.fromEntries(
    config.nics.map((nic) => {
      if (host && nic.subnet !== undefined) return [nic.port, cable(() => host, nic.port)];
      if (nic.segment !== undefined)
        return [nic.port, programmed.segment(nic.segment, config.name, nic.port)];
      const site = nic.site!;
      const space = setOf(programmed.declared.sites.get(site)?.prefixes ?? []);
      return [
        nic.port,
        segment(programmed.neighbours(site), (nextHop, ask) =>
          ask.within(nextHop, space, nic.at) ? { left: `site ${site}` } : { reason: 'neighbour-missing' },
        ),
      ];
    }),
  );
}

function virtualPort(config: MachineConfig, nic: MachineNic, programmed: Programmed): VirtualPort {
  const id = `${config.name}/${nic.port}`;
  const subnet = nic.subnet!;
  const vnet = subnet.split('/')[0]!;
  const ofSubnet = programmed.declared.subnets.get(subnet)?.networkSecurityGroup;
  const names = [nic.networkSecurityGroup, ofSubnet].filter((name) => name !== undefined);
  return {
    node: config.name,
    name: nic.port,
    physical: programmed.physical(config.name),
    mac: nic.mac,
    vnet,
    table: once(() => programmed.effectiveTable(subnet)),
    addresses: setOf(nic.addresses.map((address) => ({ first: address, last: address }))),
    enableIPForwarding: nic.enableIPForwarding,
    groups: once(() => names.map((name) => programmed.securityGroup(name, subnet))),
    zones: { Inbound: `${id}/flows/in`, Outbound: `${id}/flows/out` },
    balanced: once(() => programmed.balanced(id)),
    at: nic.at,
  };
}

const LOOPBACK_ADDRESSES: readonly InterfaceAddress[] = [
  { address: LOOPBACK[4], network: prefixOf(LOOPBACK[4], 8) },
  { address: LOOPBACK[6], network: hostPrefix(LOOPBACK[6]) },
];

function buildGuest(config: MachineConfig, where: string | undefined, programmed: Programmed): Device {
  const interfaces = interfacesOf(config, programmed.declared);
  const local = [...interfaces].flatMap(([port, addresses]) =>
    addresses.map((one) => localRoute(one.address, port, config.at)),
  );
  const loopback: LinuxRoute = {
    prefix: prefixOf(LOOPBACK[4], 8),
    type: 'local',
    dev: 'lo',
    metric: 0,
    table: 'local',
    at: config.at,
  };
  const main =
    config.linux.routes?.map((route) => withDevice(route, interfaces)) ??
    defaultRoutes(config, interfaces, programmed);
  const table = routing([...local, loopback, ...main]);
  const filter = netfilter(
    config.linux.rulesets,
    netfilterMachine({ node: config.name, interfaces, routing: table, sysctl: config.linux.sysctl }),
  );
  return linux({
    node: config.name,
    kind: KIND,
    where,
    interfaces,
    routing: table,
    sysctl: config.linux.sysctl,
    netfilter: filter,
    listeners: config.listeners,
    at: config.at,
  });
}

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
  for (const [port, addresses] of config.linux.addresses ?? []) interfaces.set(port, addresses);
  interfaces.set('lo', [...LOOPBACK_ADDRESSES, ...(config.linux.addresses?.get('lo') ?? [])]);
  return interfaces;
}

/** The subnet or site that the address is in, as the guest configures it. */
function networkOf(nic: MachineNic, address: Address, declared: Declared): Prefix {
  const prefixes =
    nic.subnet === undefined
      ? declared.sites.get(nic.site ?? '')?.prefixes
      : declared.subnets.get(nic.subnet)?.addressPrefixes;
  return prefixes?.find((range) => contains(range, address)) ?? hostPrefix(address);
}

/** A route by `via` alone leaves by the interface whose network holds the next hop. */
function withDevice(
  route: LinuxRoute,
  interfaces: ReadonlyMap<string, readonly InterfaceAddress[]>,
): LinuxRoute {
  if (route.dev !== undefined || route.via === undefined) return route;
  const dev = [...interfaces].find(([, addresses]) =>
    addresses.some((one) => contains(one.network, route.via!)),
  )?.[0];
  return dev === undefined ? { ...route, type: 'unreachable' } : { ...route, dev };
}

/** What DHCP gives a guest: its own networks, and by the first NIC everything else. */
function defaultRoutes(
  config: MachineConfig,
  interfaces: ReadonlyMap<string, readonly InterfaceAddress[]>,
  programmed: Programmed,
): LinuxRoute[] {
  const connected = config.nics.flatMap((nic) =>
    (interfaces.get(nic.port) ?? []).map((one) => connectedRoute(one.network, nic.port, one.address, nic.at)),
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
