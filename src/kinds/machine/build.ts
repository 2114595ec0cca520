/** A machine as devices: its kernel, and in Azure the host switch under it. */
import type { Address } from '../../value/address.ts';
import { setOf, type IntegerSet } from '../../value/integer-set.ts';
import { guarded } from '../../mechanism/firewall/vnic.ts';
import { linux } from '../../mechanism/linux/kernel.ts';
import { hostSwitch, INTERNET_PORT, type VirtualPort } from '../../mechanism/host-switch.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Device, Link } from '../../walk/device.ts';
import { chainLinks } from '../chain.ts';
import { cable, once, segment, type Built, type Programmed } from '../kind.ts';
import type { BridgeConfig } from './bridge.ts';
import { bridgeLinks, buildBridges, plugLink } from './bridge-link.ts';
import { buildGuest } from './guest.ts';
import { buildTunnels, kernelLinks } from './tunnel-link.ts';
import type { LinuxConfig } from './linux.ts';
import { buildVlans, vlanPorts } from './vlan-link.ts';

export interface MachineNic {
  readonly port: string;
  readonly addresses: readonly Address[];
  readonly subnet: string | undefined;
  readonly site: string | undefined;
  readonly segment: string | undefined;
  /** The bridge of a machine, as `box1/sw1`, and the port of it that the NIC is plugged into. */
  readonly bridge?: string | undefined;
  readonly plug?: string | undefined;
  /** The bridge of its own machine that it is a port of. */
  readonly master?: string | undefined;
  readonly mac: number;
  /** Octets of an IP packet; undefined takes what the kernel's texts say, else 1500. */
  readonly mtu?: number | undefined;
  readonly enableIPForwarding: boolean;
  readonly networkSecurityGroup: string | undefined;
  readonly at: Cite;
}

export interface MachineConfig {
  readonly name: string;
  readonly nics: readonly MachineNic[];
  readonly linux: LinuxConfig;
  readonly bridges: readonly BridgeConfig[];
  readonly listeners: ReadonlyMap<number, IntegerSet> | undefined;
  readonly at: Cite;
}

const KIND = 'machine';

/** The kernel behind the distributed firewalls that are in front of its NICs. */
function behindFilters(kernel: Device, { name, nics }: MachineConfig, { declared }: Programmed): Device {
  const ports = new Set(nics.map(({ port }) => port));
  return (declared.vnicFilters.get(name) ?? []).reduce(
    (device, filter) => guarded(device, filter, ports),
    kernel,
  );
}

/** What the NIC is plugged into, as its machine writes it. */
const placeOf = (nic: MachineNic): string =>
  nic.subnet ?? nic.site ?? nic.segment ?? nic.bridge ?? 'the Internet';

export function buildMachine(config: MachineConfig, programmed: Programmed): readonly Built[] {
  const azure = config.nics.filter((nic) => nic.subnet !== undefined);
  const where = config.nics[0] && placeOf(config.nics[0]);
  const machine = buildGuest(config, where, programmed);
  const guest = behindFilters(linux(machine), config, programmed);
  const tunnels = buildTunnels(machine, config.bridges, () => guest, programmed);
  const bridges = buildBridges(config, { kind: KIND, where }, () => guest, programmed, machine.links);
  const own = (host: Device | undefined): readonly Built[] => {
    const links = {
      ...linksOf(config, host, programmed),
      ...kernelLinks(machine, tunnels),
      ...bridgeLinks(config, bridges),
    };
    const vlans = buildVlans(machine, config.bridges, () => guest, links, programmed);
    return [{ device: guest, links: { ...links, ...vlanPorts(machine, programmed) } }, ...vlans];
  };
  if (azure.length === 0) return [...own(undefined), ...tunnels, ...bridges];
  const host = hostSwitch({
    node: config.name,
    kind: KIND,
    where,
    ports: azure.map((nic) => virtualPort(config, nic, programmed)),
    fabric: programmed.fabric,
    chains: programmed.chains,
  });
  return [
    ...own(host),
    ...tunnels,
    ...bridges,
    {
      device: host,
      links: {
        fabric: programmed.fabric.link,
        [INTERNET_PORT]: programmed.edge('azure'),
        ...chainLinks(programmed),
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
      if (nic.bridge !== undefined) return [nic.port, plugLink(nic, nic.bridge, programmed)];
      const { site } = nic;
      if (site === undefined) return [nic.port, programmed.edge('hosts')];
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
    outbound: once(() => programmed.outbound(id)),
    at: nic.at,
  };
}
