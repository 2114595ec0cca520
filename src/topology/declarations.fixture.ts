/** Declarations written as briefly as a test reads them. */
import type {
  Declarations,
  Gateway,
  Nic,
  Peering,
  RouteTable,
  SecurityGroup,
  ServiceAddress,
  Subnet,
  UserRoute,
  VirtualNetwork,
} from '../kinds/declarations.ts';
import { parseAddress, type Address } from '../value/address.ts';
import { prefix, type Prefix } from '../value/prefix.ts';

export const address = (text: string): Address => {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`not an address: ${text}`);
  return parsed;
};

const prefixes = (text: string): Prefix[] => text.split(' ').map(prefix);

export interface VnetSketch {
  /** Separated by spaces. */
  readonly ranges: string;
  readonly location?: string;
  readonly subnets?: Readonly<Record<string, SubnetSketch>>;
  readonly peerings?: Readonly<Record<string, Partial<Peering>>>;
}

export interface SubnetSketch {
  readonly range?: string;
  readonly routeTable?: string;
  readonly group?: string;
  readonly endpoints?: readonly string[];
}

/** `[prefix, next hop type, appliance]`; a prefix that is the name of a service tag stands for all of the tag's. */
export type RouteSketch = readonly [string, UserRoute['nextHopType'], (string | undefined)?];

export interface Sketch {
  readonly vnets: Readonly<Record<string, VnetSketch>>;
  readonly routeTables?: Readonly<Record<string, readonly RouteSketch[]>>;
  /** Route tables with disableBgpRoutePropagation. */
  readonly withoutPropagation?: readonly string[];
  /** By `node/port`: subnet and address, then what differs from a plain NIC. */
  readonly nics?: Readonly<Record<string, readonly [string, string, Partial<Nic>?]>>;
  /** By node: subnet and address of a load balancer's frontend, or of something that is no next hop. */
  readonly frontends?: Readonly<Record<string, readonly [string, string, Partial<ServiceAddress>?]>>;
  /** By name: VNet and learned prefixes. */
  readonly gateways?: Readonly<Record<string, readonly [string, string]>>;
  readonly serviceTags?: Readonly<Record<string, string>>;
  readonly groups?: Readonly<Record<string, SecurityGroup['rules']>>;
}

const mapOf = <T, U>(record: Readonly<Record<string, T>> | undefined, make: (value: T, name: string) => U) =>
  new Map(Object.entries(record ?? {}).map(([name, value]) => [name, make(value, name)]));

export function declarationsOf(sketch: Sketch): Declarations {
  const serviceTags = mapOf(sketch.serviceTags, prefixes);
  const vnets = mapOf(sketch.vnets, vnetOf);
  const subnets = new Map(
    [...vnets.values()].flatMap((vnet) => [...vnet.subnets.values()].map((one) => [one.id, one])),
  );
  return {
    vnets,
    subnets,
    routeTables: mapOf(sketch.routeTables, (routes, name) => routeTableOf(name, routes, sketch, serviceTags)),
    securityGroups: mapOf(sketch.groups, (rules, name) => ({
      name,
      rules,
      at: `/networkSecurityGroups/${name}`,
    })),
    nics: mapOf(sketch.nics, nicOf),
    serviceAddresses: [...mapOf(sketch.frontends, frontendOf).values()],
    publicServices: [],
    chains: [],
    natGateways: new Map(),
    memberships: new Map(),
    outboundGrants: new Map(),
    gateways: mapOf(sketch.gateways, gatewayOf),
    serviceTags,
  };
}

function vnetOf(sketch: VnetSketch, name: string): VirtualNetwork {
  const at = `/vnets/${name}`;
  return {
    name,
    addressPrefixes: prefixes(sketch.ranges),
    vni: 10_000,
    location: sketch.location,
    subnets: mapOf(sketch.subnets, (one, key) => subnetOf(one, name, key)),
    peerings: mapOf(sketch.peerings, (link, remote) => ({
      remote,
      allowVirtualNetworkAccess: true,
      allowForwardedTraffic: false,
      allowGatewayTransit: false,
      useRemoteGateways: false,
      at: `${at}/peerings/${remote}`,
      ...link,
    })),
    at,
  };
}

const subnetOf = (sketch: SubnetSketch, vnet: string, name: string): Subnet => ({
  id: `${vnet}/${name}`,
  vnet,
  addressPrefixes: sketch.range === undefined ? [] : prefixes(sketch.range),
  routeTable: sketch.routeTable,
  networkSecurityGroup: sketch.group,
  natGateway: undefined,
  defaultOutboundAccess: true,
  serviceEndpoints: sketch.endpoints ?? [],
  at: `/vnets/${vnet}/subnets/${name}`,
});

const routeTableOf = (
  name: string,
  routes: readonly RouteSketch[],
  sketch: Sketch,
  tags: ReadonlyMap<string, readonly Prefix[]>,
): RouteTable => ({
  name,
  disableBgpRoutePropagation: sketch.withoutPropagation?.includes(name) ?? false,
  routes: routes.map(([to, nextHopType, via], i) => ({
    name: `route-${i + 1}`,
    prefixes: tags.get(to) ?? [prefix(to)],
    ...(tags.has(to) ? { serviceTag: to } : {}),
    nextHopType,
    ...(via === undefined ? {} : { nextHopAddress: address(via) }),
    at: `/routeTables/${name}/routes/${i}`,
  })),
  at: `/routeTables/${name}`,
});

function nicOf([subnet, at, more]: readonly [string, string, Partial<Nic>?], id: string): Nic {
  const [node = id, port = 'eth0'] = id.split('/');
  return {
    id,
    node,
    port,
    subnet,
    addresses: [address(at)],
    publicAddresses: [],
    mac: 0x123456789abc,
    enableIPForwarding: true,
    networkSecurityGroup: undefined,
    applicationSecurityGroups: [],
    deallocated: false,
    at: `/machines/${node}/nics/${port}`,
    ...more,
  };
}

const frontendOf = (
  [subnet, at, more]: readonly [string, string, Partial<ServiceAddress>?],
  node: string,
): ServiceAddress => ({
  id: `${node}/fip`,
  node,
  port: 'fip',
  subnet,
  address: address(at),
  isNextHop: true,
  at: `/loadBalancers/${node}`,
  ...more,
});

const gatewayOf = ([vnet, learned]: readonly [string, string], name: string): Gateway => ({
  name,
  vnet,
  subnet: `${vnet}/GatewaySubnet`,
  publicAddress: address('198.51.100.20'),
  learned: prefixes(learned),
  at: `/virtualNetworkGateways/${name}`,
});
