/** The contract of a kind: what a topology can contain, how it is read, and the devices it becomes. */
import type { GenericSchema } from 'valibot';
import type { Address } from '../value/address.ts';
import type { Prefix } from '../value/prefix.ts';
import type { Term } from '../value/term.ts';
import type { Ask, Table } from '../walk/ask.ts';
import type { Cite } from '../walk/cite.ts';
import type { Device, Endpoint, Link } from '../walk/device.ts';
import type { MemberFact } from '../walk/event.ts';
import type { EffectiveTable } from '../mechanism/effective-route.ts';
import type { Chain } from '../mechanism/chain.ts';
import type { Fabric } from '../mechanism/fabric.ts';
import type { VnicFilter } from '../mechanism/firewall/vnic.ts';
import type { Balanced } from '../mechanism/frontend.ts';
import type { OutboundMethod } from '../mechanism/outbound.ts';
import type { ProgrammedGroup } from '../mechanism/security-group.ts';
import type { DiagnosticCode } from '../source/diagnostic.ts';
import type {
  BalancerDeclaration,
  Declarations,
  Gateway,
  MachineDeclaration,
  Membership,
  NatGateway,
  Nic,
  OutboundGrant,
  PublicService,
  RouteTable,
  SecurityGroup,
  ServiceAddress,
  VirtualNetwork,
} from './declarations.ts';
import type {
  Announcement,
  BridgeDeclaration,
  Connection,
  InterSiteLink,
  LinkDeclaration,
  Neighbour,
  Placed,
  Segment,
  Site,
} from './premises.ts';

/** One section of a topology file: a map from name to entries of one schema. */
export interface Kind<C> {
  /** As reports name it: `load-balancer`. */
  readonly kind: string;
  /** The top-level key: `loadBalancers`. */
  readonly section: string;
  /** One line, for documentation and the schema. */
  readonly summary: string;
  /** What its entries may be called, if not what others are. */
  readonly names?: GenericSchema<string>;
  /** The shape of one entry. Meaning (addresses, references) is checked by `declare`, which knows positions. */
  readonly schema: GenericSchema<unknown, C>;
  /** Maps in it whose keys have dots, such as `sysctl`. */
  readonly dotted?: readonly string[];
  /** Reads one entry: declares what the control plane must know, and the nodes it becomes. */
  declare(name: string, config: C, at: Cite, reading: Reading): void;
}

/** A text, or the name of a file beside the topology that has it. */
export type Text = string | { readonly file: string };

/** The text of a file that a topology names, or why there is none. */
export type TextFiles = (name: string) => string | { readonly problem: string; readonly suggestion?: string };

/** Where a mistake is: in a value, in a key, or in the second of two values, unless it was `--set` that put the first there. */
export type Where = Cite | { readonly key: Cite } | { readonly either: readonly [Cite, Cite] };

/** Something that only one thing may have. */
export interface Claim {
  readonly code: DiagnosticCode;
  /** `public address`. */
  readonly what: string;
  readonly value: string;
  /** Where it must be the only one: `VNet vnet-hub`. Absent: in the whole topology. */
  readonly within?: string;
  readonly owner: string;
  readonly at: Cite;
  readonly suggestion?: string;
}

/** What a kind may do while it reads: declare things, refer to things, and report mistakes. */
export interface Reading {
  vnet(vnet: VirtualNetwork): void;
  routeTable(table: RouteTable): void;
  securityGroup(group: SecurityGroup): void;
  nic(nic: Nic): void;
  serviceAddress(address: ServiceAddress): void;
  gateway(gateway: Gateway): void;
  /** A service that did not state its address takes the fifth of its subnet, as Azure assigns the first free one. */
  fifthAddress(service: Omit<ServiceAddress, 'address'>): void;
  connection(connection: Connection): void;
  /** What the hosts of a rule's members must know to translate frontend to machine. */
  balance(nics: readonly string[], balanced: Omit<Balanced, 'backend'>): void;
  publicService(service: PublicService): void;
  chain(chain: Chain): void;
  natGateway(gateway: NatGateway): void;
  membership(membership: Membership): void;
  outboundGrant(grant: OutboundGrant): void;
  balancer(balancer: BalancerDeclaration): void;
  machine(machine: MachineDeclaration): void;
  serviceTag(name: string, prefixes: readonly Prefix[]): void;
  site(site: Site): void;
  segment(segment: Segment): void;
  interSiteLink(link: InterSiteLink): void;
  announcement(announcement: Announcement): void;
  /** A filter at the NICs of a machine. */
  vnicFilter(machine: string, filter: VnicFilter): void;
  /** A node is at a place, which an inter-site link joins with another. */
  place(node: string, place: string, at: Cite): void;
  bridge(bridge: BridgeDeclaration): void;
  /** What joins others and can fail as a whole; how packets are lost there is for whoever carries them. */
  link(link: LinkDeclaration): void;
  /** A physical address that the topology states for a host or node. */
  physical(host: string, address: Address): void;
  /** A node runs on a physical server that others may share. */
  host(node: string, host: string): void;
  /** An interface on a site's local network, on a segment, or at a port of a bridge. */
  neighbour(neighbour: Neighbour): void;
  /** A MAC address of its own for a NIC that states none. */
  nextMac(): number;
  /** Who has a MAC address, as `node/port`; for the reader. */
  station(mac: number, name: string): void;
  /** A node that walks can visit; it is built when a walk first needs it. */
  node(name: string, node: NodeDeclaration): void;

  /** Reports a mistake at a place in the document. */
  report(code: DiagnosticCode, at: Where, message: string, suggestion?: string): void;
  /** Reports a second claim to the same. */
  claim(claim: Claim): void;
  /** Whether something of the whole topology is claimed. */
  isClaimed(what: string, value: string): boolean;
  /** Runs when everything is declared, to check references in both directions. */
  later(check: () => void): void;

  /** A text, from its file where it is a reference to one; undefined when that cannot be read, which is then reported. */
  text(value: Text, at: Cite): string | undefined;
  /** Readings of text, each reporting its own mistakes. */
  address(text: string, at: Cite): Address | undefined;
  prefix(text: string, at: Cite): Prefix | undefined;
  /** Reports a reference to something that is not there; `of` names the section searched. */
  refer(of: Referable, name: string, at: Where): void;
  /** The same among names that only the kind knows; `what` is what the reference is called. */
  referIn(names: readonly string[], what: string, name: string, at: Where): void;

  /** Reports a name that is not in the list but nearly. */
  nearly(names: readonly string[], what: string, name: string, at: Where): void;

  /** Read so far; complete inside `later`. */
  readonly declared: Declared;
  /** Whether everything is declared; entries of the wrong shape are not, and what is not there may be among them. */
  readonly isWhole: boolean;
}

export type Referable =
  | 'vnet'
  | 'subnet'
  | 'routeTable'
  | 'securityGroup'
  | 'nic'
  | 'natGateway'
  | 'gatewayLoadBalancer'
  | 'gateway'
  | 'site'
  | 'segment'
  | 'serviceTag'
  | 'connection';

export interface Declared extends Declarations {
  readonly balancers: ReadonlyMap<string, BalancerDeclaration>;
  readonly machines: ReadonlyMap<string, MachineDeclaration>;
  readonly sites: ReadonlyMap<string, Site>;
  readonly segments: ReadonlyMap<string, Segment>;
  readonly interSiteLinks: ReadonlyMap<string, InterSiteLink>;
  /** By node, likewise. */
  readonly announcements: ReadonlyMap<string, Announcement>;
  readonly vnicFilters: ReadonlyMap<string, readonly VnicFilter[]>;
  readonly places: ReadonlyMap<string, Placed>;
  /** By `box1/sw1`. */
  readonly bridges: ReadonlyMap<string, BridgeDeclaration>;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly links: readonly LinkDeclaration[];
  /** By `site on-prem`, `segment lan0` or `bridge box1/sw1/veth0`. */
  readonly neighbours: ReadonlyMap<string, readonly Neighbour[]>;
  readonly nodes: ReadonlyMap<string, NodeDeclaration>;
  /** The servers that nodes say they run on, by node. */
  readonly hosts: ReadonlyMap<string, string>;
}

export interface NodeDeclaration {
  readonly at: Cite;
  /** Addresses that the node answers to as a machine: where a flow from or to them begins and ends. */
  readonly addresses: readonly OwnedAddress[];
  /** Members that `--pick NODE=MEMBER` may name; empty when the node chooses nothing. */
  readonly members: readonly string[];
  /** Its other choices by name, each with what may be picked: `--pick NODE:CHOICE=OPTION`. */
  readonly choices?: ReadonlyMap<string, readonly string[]>;
  /** Ports at which packets can be injected, as from the wire. */
  readonly ports: readonly string[];
  /** Ports at which nothing can be injected and which can fail all the same: tunnels, frontends. */
  readonly innerPorts?: readonly string[];
  /** An end system, which can be moved, have host routes and filters in front of it. */
  readonly isHost?: boolean;
  /** A machine that is deallocated takes and sends nothing. */
  readonly down?: boolean;
  build(programmed: Programmed): readonly Built[];
}

export interface OwnedAddress {
  readonly address: Address;
  /** What keeps equal addresses apart: a VNet, a site, a segment, or the machine itself. */
  readonly network: string;
  readonly port: string;
  readonly at: Cite;
}

/** A device and what its ports are plugged into. */
export interface Built {
  readonly device: Device;
  readonly links: Readonly<Record<string, Link>>;
}

/** What the control plane offers to a node that is being built: tables as programmed, computed on demand. */
export interface Programmed {
  readonly fabric: Fabric;
  /** Where the public address of a tunnel end leads. */
  readonly internet: Link;
  effectiveTable(subnet: string): EffectiveTable;
  securityGroup(name: string, subnet: string): ProgrammedGroup;
  /** Physical address of the server that a node runs on. */
  physical(node: string): Address;
  /** Neighbours on a site's local network. */
  neighbours(site: string): Table<Endpoint>;
  /** The segment as the machine that is plugged into it with this port sees it. */
  segment(name: string, node: string, port: string): Link;
  /** Whether a link that has no ports has failed. */
  isDown(what: string, link: string): boolean;
  /** Prefixes that the gateway announces to this connection, named as `gateway/connection`. */
  advertised(connection: string): readonly Prefix[];
  /** What load balancers send to a NIC, and its own public addresses. */
  balanced(nic: string): readonly Balanced[];
  /** A NIC's ways to the Internet, by rank. */
  outbound(nic: string): readonly OutboundMethod[];
  /** Which public addresses are chained to gateway load balancers. */
  readonly chains: Table<Chain>;
  /** Azure's edge, as hosts of Azure and hosts on the Internet reach it. */
  edge(from: 'azure' | 'hosts'): Link;
  /** Who of the topology answers to a public address, with a service or as a machine on the Internet. */
  readonly publicly: Table<string>;
  /** A host on the Internet that the topology does not have. */
  presumed(address: Address): Device;
  device(name: string): Device;
  /** Whether neither the node nor this port of it has failed. */
  isUp(node: string, port: string): boolean;
  /** Whether a probe of this kind to this NIC is answered, found by walking it. */
  probe(nic: string, probe: Probe): MemberFact;
  readonly declared: Declared;
}

export interface Probe {
  readonly protocol: 'Tcp' | 'Http' | 'Https';
  readonly port: number;
}

/** Works out a value when it is first needed, and once. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Sends to one device port, whatever the packet. */
export const cable = (device: () => Device, port: string): Link => ({
  carry: () => ({ to: { device: device(), port } }),
});

/** A NIC at its machine's kernel, or at the bridge that it is a port of. */
export const endpointOf = (
  { node, port, bridge }: Neighbour,
  device: (name: string) => Device,
): Endpoint => ({
  device: device(bridge === undefined ? node : `${node}:${bridge}`),
  port,
});

/** Delivers by asking a table with the neighbour's address. */
export const segment = (
  table: Table<Endpoint>,
  otherwise: (nextHop: Term, ask: Ask) => ReturnType<Link['carry']>,
): Link => ({
  carry: (_packet, nextHop, ask) => {
    if (!nextHop) return { reason: 'neighbour-missing' };
    const to = ask.lookup(nextHop, table, undefined);
    return to ? { to } : otherwise(nextHop, ask);
  },
});
