/** What a topology has outside of Azure's virtual networks: sites, their tunnels, plain segments and bridges. */
import type { EspSuite } from '../packet/esp.ts';
import type { Address } from '../value/address.ts';
import type { Prefix } from '../value/prefix.ts';
import type { Cite } from '../walk/cite.ts';

/** On-premises: a local network, its machines, and the router at its edge. */
export interface Site {
  readonly name: string;
  readonly prefixes: readonly Prefix[];
  /** The edge router's node, and its address on the local network, where the site's machines send what is not local. */
  readonly edge: string;
  readonly edgeAddresses: readonly Address[];
  readonly publicAddress: Address;
  readonly tunnels: readonly SiteTunnel[];
  readonly at: Cite;
}

export interface Neighbour {
  /** `site on-prem`, `segment lan0` or, of one that is plugged into a port, `bridge box1/sw1/veth0`. */
  readonly network: string;
  readonly node: string;
  readonly port: string;
  readonly addresses: readonly Address[];
  readonly mac: number;
  /** The bridge of its node that it is a port of. */
  readonly bridge?: string | undefined;
  /** Its kernel states MAC addresses of others there, or has VLANs of it, so frames matter. */
  readonly isFramed?: boolean | undefined;
  /** A VLAN of it is a port of a bridge, so frames for others may be for it. */
  readonly isPassing?: boolean | undefined;
  readonly at: Cite;
}

/** A bridge of a machine, or of a distributed switch in one host, as NICs are plugged into it. */
export interface BridgeDeclaration {
  /** `box1/sw1`, `dvSwitch/esxi1`. */
  readonly name: string;
  /** Ports for NICs of other machines. */
  readonly plugs: readonly string[];
  /** What adds a port for a NIC, as the topology writes it; absent where the ports are a list of their own. */
  readonly addition?: (port: string) => string;
  /** Ports that lead elsewhere, and where. */
  readonly taken: ReadonlyMap<string, string>;
  readonly at: Cite;
}

/** By the name of a bridge and of a port of it, the network of whoever is plugged in there. */
export const plugName = (bridge: string, port: string): string => `bridge ${bridge}/${port}`;

/** An Ethernet LAN, or a link between two ends. */
export interface Segment {
  readonly name: string;
  /** What nothing in the topology owns is presumed to exist there. */
  readonly isOpen: boolean;
  readonly isPointToPoint: boolean;
  /** Octets of the largest IP packet that gets through; undefined takes what interfaces send. */
  readonly mtu?: number | undefined;
  /** The places that it is in, joined by inter-site links; undefined of one that is in no place. */
  readonly stretched?: readonly string[] | undefined;
  readonly at: Cite;
}

/** Joins two places for every segment that is stretched over both. */
export interface InterSiteLink {
  readonly name: string;
  readonly between: readonly [string, string];
  /** Octets of the largest IP packet that gets over it; undefined takes all. */
  readonly mtu: number | undefined;
  readonly at: Cite;
}

/** The other end of a link, seen from a place. */
export const farEnd = ({ between: [one, other] }: InterSiteLink, place: string): string =>
  place === one ? other : one;

/** The part of a link that leads to one station of a segment. */
export const crossingName = (
  link: string,
  segment: string,
  { node, port }: Pick<Neighbour, 'node' | 'port'>,
): string => `${link}:${segment}/${node}/${port}`;

/** What a router tells those that learn from it. */
export interface Announcement {
  readonly node: string;
  readonly prefixes: readonly Prefix[];
  /** Also addresses in the prefixes of machines at its place: of all, or of these. */
  readonly hostRoutes: boolean | readonly string[];
  readonly metric: number;
  readonly at: Cite;
}

/** Where a node is, and where the topology says so. */
export interface Placed {
  readonly place: string;
  readonly at: Cite;
}

/** What says where nodes are. */
interface Whereabouts {
  readonly places: ReadonlyMap<string, Placed>;
  /** Servers, by the nodes that run on them. */
  readonly hosts: ReadonlyMap<string, string>;
}

/** The place of a node: its own, or that of the server that it runs on. */
export const placeOf = (node: string, { places, hosts }: Whereabouts): Placed | undefined =>
  places.get(node) ?? places.get(hosts.get(node) ?? '');

/** The place of a station: that of its node, or of a distributed switch that of the host that this part of it is in. */
export const placeOfStation = (
  { node, bridge = '' }: Pick<Neighbour, 'node' | 'bridge'>,
  whereabouts: Whereabouts,
): Placed | undefined => placeOf(node, whereabouts) ?? whereabouts.places.get(bridge);

/** What joins others and can fail as a whole. */
export interface LinkDeclaration {
  /** `segment`, `connection`, `peering`. */
  readonly what: string;
  /** As `--fail` takes it; the first is what it is called. */
  readonly names: readonly [string, ...string[]];
  /** Ports that it joins, as `nva1/eth0`: they are cut off when it fails. Known when all is declared. */
  readonly ends?: () => readonly string[];
  /** VNets that it joins, where it has no ports. */
  readonly joins?: readonly [string, string];
  readonly at: Cite;
}

/** A tunnel as the site's edge router has it. */
export interface SiteTunnel {
  readonly port: string;
  /** `gateway/connection`. */
  readonly connection: string;
  /** Undefined: what the gateway advertises. */
  readonly routes: readonly Prefix[] | undefined;
  readonly at: Cite;
}

/** An IPsec connection as the gateway has it. */
export interface Connection {
  /** `vgw-hub/onprem`. */
  readonly id: string;
  readonly gateway: string;
  readonly gatewayPort: string;
  readonly site: string;
  /** Undefined: those of the site. */
  readonly prefixes: readonly Prefix[] | undefined;
  readonly suite: EspSuite;
  readonly spiToGateway: number;
  readonly spiToSite: number;
  readonly at: Cite;
}
