import type { Connection, Site, SiteTunnel } from '../../kinds/premises.ts';
import type { Gateway, VirtualNetwork } from '../../kinds/declarations.ts';
import { isConnected, peersOf } from '../../topology/peers.ts';
import type { Topology } from '../../topology/topology.ts';
import type { Address } from '../../value/address.ts';
import { contains, covers, formatPrefix, overlaps, samePrefix, type Prefix } from '../../value/prefix.ts';
import { below } from '../../walk/cite.ts';
import { ofTopology, type Found, type LintRule } from './rule.ts';
import { nicsBySubnet, steerings } from './steering.ts';

export const vpnPrefixes: LintRule = {
  code: 'vpn-prefixes',
  severity: 'error',
  summary: 'prefixes of a VPN connection overlap with Azure, or are missing at one end',
  condition:
    'A prefix of a connection equals a range of the gateway’s VNet or of one that uses the gateway, or lies inside it. Or two connections to different sites have the same prefix. Or the routes that a site’s tunnel states hold no machine of such a VNet, appliances apart. Or the prefixes that a connection states have nothing of a range of its site, or hold none of its machines.',
  harm: 'The gateway refuses or ignores prefixes inside of VNets; what an end has no prefix for it sends to the Internet or drops.',
  bad: `sites:
  office: { edge: { tunnels: { azure: { connection: vgw/office, routes: [10.0.0.0/16] } } } } # spoke 10.1.0.0/24 uses the gateway`,
  good: `sites:
  office: { edge: { tunnels: { azure: { connection: vgw/office, routes: [10.0.0.0/16, 10.1.0.0/24] } } } }`,
  source:
    'Microsoft Learn: "VPN Gateway FAQ", BGP and local network gateways: on-premises prefixes may not overlap with VNets',
  check: (topology) => {
    const { connections, sites } = topology.declared;
    return [
      ...[...connections.values()].flatMap((one) => overlapping(topology, one)),
      ...[...connections.values()].flatMap((one) => unstated(topology, one)),
      ...[...sites.values()].flatMap((site) => site.tunnels.flatMap((one) => unrouted(topology, site, one))),
    ];
  },
};

const prefixesOf = ({ declared }: Topology, { prefixes, site }: Connection): readonly Prefix[] =>
  prefixes ?? declared.sites.get(site)?.prefixes ?? [];

/** Where a connection's prefixes are written. */
const prefixesAt = ({ declared }: Topology, { prefixes, site, at }: Connection): string =>
  below(prefixes ? at : (declared.sites.get(site)?.at ?? at), 'addressPrefixes');

/** The gateway's VNet and those that use it. */
function vnetsOf({ declared }: Topology, gateway: Gateway | undefined): readonly VirtualNetwork[] {
  const home = declared.vnets.get(gateway?.vnet ?? '');
  if (!home) return [];
  const users = peersOf(home, declared).filter((peer) => isConnected(peer) && peer.far.useRemoteGateways);
  return [home, ...users.map(({ vnet }) => vnet)];
}

function overlapping(topology: Topology, connection: Connection): readonly Found[] {
  const { gateways, connections } = topology.declared;
  const at = prefixesAt(topology, connection);
  const own = prefixesOf(topology, connection);
  for (const vnet of vnetsOf(topology, gateways.get(connection.gateway)))
    for (const range of vnet.addressPrefixes) {
      const inside = own.find((prefix) => covers(range, prefix));
      if (inside)
        return [found(at, connection, 'vnet', [inside], vnet.name, [{ what: vnet.name, at: vnet.at }])];
    }
  for (const other of connections.values()) {
    if (other === connection) break;
    if (other.gateway !== connection.gateway || other.site === connection.site) continue;
    const same = own.find((prefix) => prefixesOf(topology, other).some((one) => samePrefix(one, prefix)));
    if (same) return [found(at, connection, 'twice', [same], other.id, [{ what: other.id, at: other.at }])];
  }
  return [];
}

/** Addresses of a site's machines. */
const machinesOf = ({ declared }: Topology, { name }: Site): readonly Address[] =>
  (declared.neighbours.get(`site ${name}`) ?? []).flatMap(({ addresses }) => addresses);

function unstated(topology: Topology, connection: Connection): readonly Found[] {
  const site = topology.declared.sites.get(connection.site);
  const { prefixes } = connection;
  if (!site || !prefixes) return [];
  const machines = machinesOf(topology, site);
  const missing = site.prefixes.filter((range) => {
    const inside = machines.filter((address) => contains(range, address));
    const isCut =
      inside.length > 0 && !inside.some((one) => prefixes.some((prefix) => contains(prefix, one)));
    return isCut || !prefixes.some((one) => overlaps(one, range));
  });
  const at = below(connection.at, 'addressPrefixes');
  return missing.length > 0 ? [found(at, connection, 'unstated', missing, site.name)] : [];
}

const appliances = ofTopology(
  (topology) => new Set(steerings(topology).flatMap(({ nics }) => nics.map(({ node }) => node))),
);

/** Addresses of a VNet's machines that are no appliances. */
const inhabitants = (topology: Topology, { subnets }: VirtualNetwork): readonly Address[] =>
  [...subnets.values()]
    .flatMap(({ id }) => nicsBySubnet(topology).get(id) ?? [])
    .filter(({ node }) => !appliances(topology).has(node))
    .flatMap(({ addresses }) => addresses);

function unrouted(
  topology: Topology,
  site: Site,
  { connection: id, routes, at }: SiteTunnel,
): readonly Found[] {
  const connection = topology.declared.connections.get(id);
  if (!routes || !connection) return [];
  const all = site.tunnels.flatMap((one) => one.routes ?? []);
  const gateway = topology.declared.gateways.get(connection.gateway);
  const missing = vnetsOf(topology, gateway).filter((vnet) => {
    const addresses = inhabitants(topology, vnet);
    return addresses.length > 0 && !addresses.some((one) => all.some((prefix) => contains(prefix, one)));
  });
  const prefixes = missing.flatMap(({ addressPrefixes }) => addressPrefixes);
  const names = missing.map(({ name }) => name).join(', ');
  if (prefixes.length === 0) return [];
  return [
    found(
      below(at, 'routes'),
      connection,
      'unrouted',
      prefixes,
      names,
      missing.map((one) => ({ what: one.name, at: one.at })),
    ),
  ];
}

const found = (
  at: string,
  { id, site }: Connection,
  what: string,
  prefixes: readonly Prefix[],
  other: string,
  related: Found['related'] = [],
): Found => ({
  at,
  about: { what, connection: id, site, prefixes: prefixes.map(formatPrefix).join(', '), other },
  related,
});
