/**
 * What the kinds read from a topology: the desired state, as an ARM template holds it. topology/ programs tables from it,
 * as Azure's controllers do; nothing here says what happens to a packet.
 */
import type { Address } from '../value/address.ts';
import type { IntegerSet } from '../value/integer-set.ts';
import type { InterfaceAddress, LinkState } from '../mechanism/linux/interface.ts';
import type { Sysctl } from '../mechanism/linux/sysctl.ts';
import type { Ruleset } from '../mechanism/netfilter/ruleset.ts';
import type { TunnelEndpoint } from '../mechanism/tunnel/endpoint.ts';
import type { Prefix } from '../value/prefix.ts';
import type { Cite } from '../walk/cite.ts';
import type { Chain } from '../mechanism/chain.ts';
import type { NextHopType } from '../mechanism/effective-route.ts';
import type { PublicOwner } from '../mechanism/internet.ts';
import type { Lack, PortShare } from '../mechanism/outbound.ts';

export interface VirtualNetwork {
  readonly name: string;
  readonly addressPrefixes: readonly Prefix[];
  /** 24 bits; the VXLAN network identifier of packets for its addresses. */
  readonly vni: number;
  /** Azure region; peerings between different regions are global. */
  readonly location: string | undefined;
  readonly subnets: ReadonlyMap<string, Subnet>;
  /** By the name of the remote VNet. */
  readonly peerings: ReadonlyMap<string, Peering>;
  readonly at: Cite;
}

export interface Subnet {
  /** `vnet-hub/snet-nva`. */
  readonly id: string;
  readonly vnet: string;
  readonly addressPrefixes: readonly Prefix[];
  readonly routeTable: string | undefined;
  readonly networkSecurityGroup: string | undefined;
  readonly natGateway: string | undefined;
  /** Off: a private subnet, from which Azure lends nobody a public address of its own. */
  readonly defaultOutboundAccess: boolean;
  /** Names of service tags whose prefixes are reached through a service endpoint. */
  readonly serviceEndpoints: readonly string[];
  readonly at: Cite;
}

export interface Peering {
  readonly remote: string;
  readonly allowVirtualNetworkAccess: boolean;
  readonly allowForwardedTraffic: boolean;
  readonly allowGatewayTransit: boolean;
  readonly useRemoteGateways: boolean;
  readonly at: Cite;
}

export interface RouteTable {
  readonly name: string;
  readonly disableBgpRoutePropagation: boolean;
  readonly routes: readonly UserRoute[];
  readonly at: Cite;
}

export interface UserRoute {
  readonly name: string;
  /** One, or all the prefixes of a service tag. */
  readonly prefixes: readonly Prefix[];
  /** The service tag it was written as, which loses to an explicit prefix of the same length. */
  readonly serviceTag?: string;
  readonly nextHopType: Extract<
    NextHopType,
    'VnetLocal' | 'VirtualNetworkGateway' | 'Internet' | 'VirtualAppliance' | 'None'
  >;
  readonly nextHopAddress?: Address;
  readonly at: Cite;
}

export interface SecurityGroup {
  readonly name: string;
  /** Ascending priority; the default rules are not among them. */
  readonly rules: readonly SecurityRule[];
  readonly at: Cite;
}

export interface SecurityRule {
  readonly name: string;
  /** 100 to 4096 for a user's rule; 65000 and above for default rules. */
  readonly priority: number;
  readonly direction: 'Inbound' | 'Outbound';
  readonly access: 'Allow' | 'Deny';
  /** IP protocol numbers; undefined is any. */
  readonly protocols: IntegerSet | undefined;
  readonly source: AddressSelector;
  readonly destination: AddressSelector;
  /** Undefined is any. */
  readonly sourcePorts: IntegerSet | undefined;
  readonly destinationPorts: IntegerSet | undefined;
  /** As a reader would write it on one line. */
  readonly text: string;
  readonly at: Cite | undefined;
}

/** Prefixes, service tags and application security groups, any of which may hold the address; all empty is any address. */
export interface AddressSelector {
  readonly prefixes: readonly Prefix[];
  readonly tags: readonly string[];
  readonly groups: readonly string[];
}

/** A NIC in a subnet: a machine's, or an instance of a service that lives in one. */
export interface Nic {
  /** `nva1/eth0`. */
  readonly id: string;
  readonly node: string;
  readonly port: string;
  readonly subnet: string;
  readonly addresses: readonly Address[];
  /** At most one a family: that of the family's first address. */
  readonly publicAddresses: readonly Address[];
  readonly mac: number;
  readonly enableIPForwarding: boolean;
  readonly networkSecurityGroup: string | undefined;
  readonly applicationSecurityGroups: readonly string[];
  /** The machine is deallocated: its NICs take no packets and routes to it show None. */
  readonly deallocated: boolean;
  readonly at: Cite;
}

/** An address in a subnet that a service answers to without a NIC: an internal load balancer's frontend, a gateway. */
export interface ServiceAddress {
  readonly id: string;
  readonly node: string;
  readonly port: string;
  readonly subnet: string;
  readonly address: Address;
  /** Whether a user route of type VirtualAppliance may name it. */
  readonly isNextHop: boolean;
  /** A frontend of a gateway load balancer, to which public addresses can be chained. */
  readonly isChainable?: boolean;
  /** Out of reach across a global peering, as the frontends of Basic load balancers are. */
  readonly isRegional?: boolean;
  readonly at: Cite;
}

/** A public address, and what in Azure answers to it: a service behind multiplexers, or the host of a NIC. */
export interface PublicService extends PublicOwner {
  /** `lb-nva-pub/fip`, `natgw`, `vm-1/eth0`. */
  readonly id: string;
  /** The device that takes its packets. */
  readonly device: string;
}

export interface NatGateway {
  readonly name: string;
  readonly addresses: readonly Address[];
  /** `idle timeout 4 min`. */
  readonly text: string;
  readonly at: Cite;
}

/** What a load balancer is to a NIC in one of its pools. */
export interface Membership {
  readonly nic: string;
  /** `lb-nva-pub/bep-in`. */
  readonly pool: string;
  /** Standard, and the member is given by its NIC: such members lose default outbound access. */
  readonly losesDefault: boolean;
  readonly at: Cite;
}

/** A rule of a load balancer by which the members of a pool may send. */
export interface OutboundGrant {
  /** `outbound rule lb-nva-pub/out`. */
  readonly name: string;
  readonly nic: string;
  /** Public addresses of its frontends. */
  readonly addresses: readonly Address[];
  readonly protocols: IntegerSet;
  readonly ports: PortShare;
  /** `1024 ports, idle timeout 4 min`. */
  readonly text: string;
  readonly at: Cite;
  /** Set when the rule keeps its members from sending. */
  readonly lacks?: Lack;
}

/** A virtual network gateway and what it learns. */
export interface Gateway {
  readonly name: string;
  readonly vnet: string;
  readonly subnet: string;
  readonly publicAddress: Address;
  /** On-premises prefixes by connection, before Azure's filter of prefixes equal to or inside a VNet's. */
  readonly learned: readonly Prefix[];
  readonly at: Cite;
}

/** A load balancer as it is written, whatever its sku. */
export interface BalancerDeclaration {
  readonly name: string;
  readonly frontends: ReadonlyMap<
    string,
    /** Without a subnet it is public. */
    { readonly address: Address; readonly subnet: string | undefined }
  >;
  readonly rules: readonly BalancingRule[];
  readonly at: Cite;
}

export interface BalancingRule {
  readonly name: string;
  readonly frontend: string;
  readonly pool: string;
  /** NICs: `nva1/eth0`. */
  readonly members: () => readonly string[];
  /** Of a gateway load balancer: its tunnels, with the members that have their other ends. */
  readonly tunnels: readonly {
    readonly type: 'Internal' | 'External';
    readonly identifier: number;
    readonly port: number;
    readonly members: () => readonly string[];
    readonly at: Cite;
  }[];
  readonly protocol: 'Tcp' | 'Udp' | 'All';
  /** Undefined on an HA-ports rule. */
  readonly frontendPort: number | undefined;
  readonly backendPort: number | undefined;
  readonly probe: { readonly protocol: 'Tcp' | 'Http' | 'Https'; readonly port: number } | undefined;
  readonly probeAt?: Cite | undefined;
  readonly enableFloatingIP: boolean;
  readonly at: Cite;
}

/** A machine as it is written: its NICs, and what its kernel is told. */
export interface MachineDeclaration {
  readonly name: string;
  readonly nics: readonly {
    readonly port: string;
    readonly addresses: readonly Address[];
    readonly subnet: string | undefined;
    readonly mtu?: number | undefined;
    readonly at: Cite;
  }[];
  readonly linux: {
    readonly sysctl: Sysctl;
    readonly addresses: ReadonlyMap<string, readonly InterfaceAddress[]> | undefined;
    readonly links: ReadonlyMap<string, LinkState>;
    readonly rulesets: { readonly 4?: Ruleset; readonly 6?: Ruleset };
    readonly tunnels: readonly {
      readonly port: string;
      readonly endpoint: TunnelEndpoint;
      readonly mtu: number | undefined;
      readonly at: Cite;
    }[];
    readonly at: Cite;
  };
  readonly bridges: readonly {
    readonly name: string;
    readonly ports: readonly {
      readonly name: string;
      readonly to: { readonly is: string; readonly endpoint?: TunnelEndpoint };
      readonly at: Cite;
    }[];
    readonly at: Cite;
  }[];
  readonly at: Cite;
}

export interface Declarations {
  readonly vnets: ReadonlyMap<string, VirtualNetwork>;
  /** By `vnet/subnet`. */
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly routeTables: ReadonlyMap<string, RouteTable>;
  readonly securityGroups: ReadonlyMap<string, SecurityGroup>;
  /** By `node/port`. */
  readonly nics: ReadonlyMap<string, Nic>;
  readonly serviceAddresses: readonly ServiceAddress[];
  readonly publicServices: readonly PublicService[];
  readonly chains: readonly Chain[];
  /** By name. */
  readonly natGateways: ReadonlyMap<string, NatGateway>;
  /** By NIC. */
  readonly memberships: ReadonlyMap<string, readonly Membership[]>;
  readonly outboundGrants: ReadonlyMap<string, readonly OutboundGrant[]>;
  /** By name. */
  readonly gateways: ReadonlyMap<string, Gateway>;
  /** Prefixes of user-stated service tags, such as Storage. */
  readonly serviceTags: ReadonlyMap<string, readonly Prefix[]>;
}
