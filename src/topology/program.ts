/** From declarations to a network: devices and tables, each made when a walk first needs it. */
import { familyOf, type Address } from '../value/address.ts';
import { has } from '../value/integer-set.ts';
import type { EffectiveTable } from '../mechanism/effective-route.ts';
import type { Balanced } from '../mechanism/frontend.ts';
import { PUBLIC_SPACE } from '../mechanism/address-space.ts';
import { INTERNET } from '../mechanism/internet.ts';
import { cable, once, type Built, type Declared, type Probe, type Programmed } from '../kinds/kind.ts';
import type { Table } from '../walk/ask.ts';
import type { Device, Endpoint, Network } from '../walk/device.ts';
import type { MemberFact } from '../walk/event.ts';
import { advertisedTo } from './advertised.ts';
import { effectiveTable } from './effective-routes.ts';
import { internetLink, programFabric } from './fabric.ts';
import { probeMember } from './health.ts';
import { elsewhere, presumedHost, publicly } from './internet.ts';
import { outboundMethods } from './outbound.ts';
import { downLinks, linksOf, type DownLinks, type Links } from './links.ts';
import type { Declaring } from './reading.ts';
import { memo } from './remembered.ts';
import { placesOf } from './places.ts';
import { segmentLink } from './segments.ts';
import { programmedGroup } from './security-groups.ts';

/** What is taken to have failed: `nva1`, `nva1/eth0`, `lan0`, `vgw-hub/onprem`. */
export type Failures = ReadonlySet<string>;

export interface AddressOwner {
  readonly node: string;
  /** The VNet, site or segment that the address is in. */
  readonly network: string;
}

export interface Programming {
  readonly declared: Declared;
  readonly network: Network;
  readonly links: () => Links;
  /** The device that sends and receives for a machine or router; throws when the node is neither. */
  device(node: string): Device;
  /** Every owner of an address as a machine; several when networks that are apart reuse it. */
  owners(address: Address): readonly AddressOwner[];
  /** A host on the Internet at an address that nothing in the topology has; undefined where there can be none. */
  presumed(address: Address): Device | undefined;
  /** Whether the Internet has a route to an address: all but private ones. */
  isRouted(address: Address): boolean;
  effectiveTable(subnet: string): EffectiveTable;
  /** Whether a probe of this kind to this NIC is answered, found by walking it. */
  probe(nic: string, probe: Probe): MemberFact;
  /** The MAC address of `nva1/eth0`. */
  readonly macOf: (name: string) => number | undefined;
}

/** Programs devices and tables on demand. */
export function program(declaring: Declaring, failures: Failures): Programming {
  const built = new Map<string, Built>();
  const device = (wanted: string): Device => {
    const known = built.get(wanted);
    if (known) return known.device;
    const node = declaring.nodes.get(wanted.split(':')[0]!);
    for (const one of node?.build(programmed) ?? []) built.set(one.device.name, one);
    const made = built.get(wanted);
    if (!made) throw new Error(`no device ${wanted}`);
    return made.device;
  };
  const links = once(() => linksOf(declaring));
  const down = downLinks(links, failures);
  const network: Network = {
    link: (from, port) => built.get(from.name)?.links[port],
    outage: outages(declaring, failures, down),
    stations: { find: (mac) => declaring.stations.get(mac) },
  };
  const presumed = memo((address: Address): Device => {
    const made = presumedHost(address, declaring, programmed);
    built.set(made.device.name, made);
    return made.device;
  });
  const programmed = control(declaring, network, device, presumed, down);
  const macs = once(() => macsOf(declaring));
  const free = once(() => elsewhere(declaring));
  return {
    declared: declaring,
    network,
    links,
    device,
    owners: ownersOf(declaring),
    macOf: (name) => macs().get(name),
    isRouted: (address) => has(PUBLIC_SPACE, address),
    presumed: (address) =>
      declaring.nodes.has(INTERNET) && has(free(), address) ? presumed(address) : undefined,
    effectiveTable: (subnet) => programmed.effectiveTable(subnet),
    probe: (nic, probe) => programmed.probe(nic, probe),
  };
}

/** The control plane's answers to nodes that are being built. */
function control(
  declaring: Declaring,
  network: Network,
  device: (name: string) => Device,
  presumed: (address: Address) => Device,
  down: DownLinks,
): Programmed {
  const fabric = programFabric(declaring, device, down);
  const places = placesOf(declaring, network);
  const subnetOf = (id: string) => declaring.subnets.get(id)!;
  const health = memo((nic: string) =>
    memo((probe: Probe): MemberFact => probeMember(network, declaring.nics.get(nic)!, probe, device)),
  );
  const neighbours = memo((site: string): Table<Endpoint> => {
    const table = neighboursOf(site, declaring, device);
    return { find: (address) => table.get(address) };
  });
  return {
    fabric,
    internet: internetLink(declaring, device),
    effectiveTable: (subnet) => effectiveTable(subnetOf(subnet), declaring),
    securityGroup: (group, subnet) =>
      programmedGroup(declaring.securityGroups.get(group)!, subnetOf(subnet), declaring),
    physical: (node) => fabric.physical(node),
    isDown: (what, link) => down.is(what, link),
    neighbours,
    segment: (name, node, port) =>
      segmentLink(
        declaring.segments.get(name)!,
        declaring.neighbours.get(`segment ${name}`) ?? [],
        { node, port },
        device,
        places,
      ),
    advertised: (connection) => advertisedTo(declaring.connections.get(connection), declaring),
    balanced: (nic) => balancedAt(nic, declaring),
    outbound: (nic) => outboundMethods(declaring.nics.get(nic)!, declaring),
    edge: (from) => cable(() => device(INTERNET), from),
    presumed,
    publicly: publicly(declaring),
    chains: chainsOf(declaring),
    device,
    isUp: (node, port) => network.outage(node, port) === undefined,
    probe: (nic, probe) => health(nic)(probe),
    declared: declaring,
  };
}

/** Of NICs in Azure, on sites and on segments. */
const macsOf = ({ nics, neighbours }: Declaring): ReadonlyMap<string, number> =>
  new Map([
    ...[...nics].map(([name, { mac }]) => [name, mac] as const),
    ...[...neighbours.values()].flat().map(({ node, port, mac }) => [`${node}/${port}`, mac] as const),
  ]);

function outages(declaring: Declaring, failures: Failures, down: DownLinks): Network['outage'] {
  const deallocated = new Set([...declaring.nodes].filter(([, node]) => node.down).map(([name]) => name));
  if (deallocated.size === 0 && failures.size === 0) return () => undefined;
  return (node, port) => {
    if (deallocated.has(node)) return 'deallocated';
    if (failures.has(node)) return 'node';
    if (port === undefined) return undefined;
    if (failures.has(`${node}/${port}`)) return 'port';
    const link = down.at(`${node}/${port}`);
    return link && { link: `${link.what} ${link.names[0]}` };
  };
}

/** Who answers on a site's local network: its machines and its edge router. */
function neighboursOf(
  site: string,
  declaring: Declaring,
  device: (name: string) => Device,
): ReadonlyMap<Address, Endpoint> {
  const found = new Map<Address, Endpoint>();
  const add = (address: Address, name: string, port: string): void => {
    const endpoint = {
      get device() {
        return device(name);
      },
      port,
    };
    found.set(address, endpoint);
  };
  const declared = declaring.sites.get(site);
  for (const address of declared?.edgeAddresses ?? []) add(address, declared!.edge, 'lan');
  for (const { node, port, addresses } of declaring.neighbours.get(`site ${site}`) ?? [])
    for (const address of addresses) add(address, node, port);
  return found;
}

/** The rules that balance to a NIC, those for a port first, with its own address of the frontend's family as the backend. */
const balancedAt = (nic: string, declaring: Declaring): readonly Balanced[] => {
  const own = declaring.nics.get(nic)?.addresses ?? [];
  const isForAll = ({ frontendPorts }: Omit<Balanced, 'backend'>): number => (frontendPorts ? 0 : 1);
  return (declaring.balanced.get(nic) ?? [])
    .toSorted((a, b) => isForAll(a) - isForAll(b))
    .flatMap((rule) => {
      const backend = own.find((address) => familyOf(address) === familyOf(rule.frontend));
      return backend === undefined ? [] : [{ ...rule, backend }];
    });
};

/** Chains by their public address. */
function chainsOf({ chains }: Declaring): Programmed['chains'] {
  const known = new Map(chains.map((one) => [one.address, one]));
  return { find: (address) => known.get(address) };
}

/** Who owns an address; the index is made when it is first asked for. */
function ownersOf(declaring: Declaring): Programming['owners'] {
  const index = once(() => {
    const made = new Map<Address, AddressOwner[]>();
    for (const [node, { addresses }] of declaring.nodes) {
      for (const { address, network } of addresses) {
        const owners = made.get(address);
        if (owners?.some((one) => one.node === node)) continue;
        if (owners) owners.push({ node, network });
        else made.set(address, [{ node, network }]);
      }
    }
    return made;
  });
  return (address) => index().get(address) ?? [];
}
