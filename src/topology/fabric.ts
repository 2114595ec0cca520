/** The fabric as programmed: who lives where, and what each VNet lets in. */
import { ipOf } from '../packet/packet.ts';
import type { Address, Value } from '../value/address.ts';
import { setOf, type IntegerSet } from '../value/integer-set.ts';
import type { Fabric, Location, PeeringPolicy } from '../mechanism/fabric.ts';
import type { Table } from '../walk/ask.ts';
import type { Device, Endpoint, Link } from '../walk/device.ts';
import { addressMap, type Owner } from './address-map.ts';
import type { Declaring } from './reading.ts';
import { Underlay } from './underlay.ts';

interface Attached {
  readonly device: string;
  readonly mac: number;
}

/** Everything that is attached to the underlay, and how a packet finds it. */
export interface ProgrammedFabric extends Fabric {
  physical(node: string): Address;
}

/** Programs the fabric; `device` builds devices when a packet first reaches them. */
export function programFabric(declared: Declaring, device: (name: string) => Device): ProgrammedFabric {
  const underlay = new Underlay(declared.physicals);
  const attached = new Map<Address, Attached[]>();
  const services = new Map<string, Attached & { readonly physical: Address }>();
  const attach = (physical: Address, one: Attached): void => {
    const list = attached.get(physical);
    if (list) list.push(one);
    else attached.set(physical, [one]);
  };
  for (const service of declared.serviceAddresses) {
    const name = declared.physicals.has(service.node) ? service.node : service.id;
    const one = {
      device: service.id === service.node ? service.node : `${service.node}:${service.port}`,
      mac: declared.nextMac(),
      physical: underlay.assign(name),
    };
    services.set(service.id, one);
    attach(one.physical, one);
  }
  const hostOf = (node: string): string => declared.hosts.get(node) ?? node;
  for (const nic of declared.nics.values())
    attach(underlay.assign(hostOf(nic.node)), { device: `${nic.node}:host`, mac: nic.mac });

  const locate = (owner: Owner, vni: number): Location => {
    const service = services.get(owner.id);
    return {
      physical: service?.physical ?? underlay.assign(hostOf(owner.node)),
      vni,
      mac: service?.mac ?? owner.nic!.mac,
      owner: owner.id,
    };
  };
  const owners = addressMap(declared);
  const spaces = new Map<string, IntegerSet>();
  const space = (vnet: string): IntegerSet => {
    const known = spaces.get(vnet) ?? setOf(declared.vnets.get(vnet)?.addressPrefixes ?? []);
    spaces.set(vnet, known);
    return known;
  };
  return {
    link: underlayLink(attached, device),
    locations: (vnet) => ({
      find: (address: Value) => {
        const owner = owners.owner(vnet, address);
        return owner && locate(owner, declared.vnets.get(vnet)!.vni);
      },
    }),
    space,
    peering: (vnet, remote) => peeringOf(declared, vnet, remote),
    gateway: (name) => {
      const gateway = declared.gateways.get(name)!;
      const service = declared.serviceAddresses.find((one) => one.id === name)!;
      return {
        ...locate({ ...service }, declared.vnets.get(gateway.vnet)!.vni),
        vnet: gateway.vnet,
        address: service.address,
      };
    },
    physical: (node) => underlay.assign(hostOf(node)),
  };
}

/** Delivers by the outer destination; at a server with several machines by the inner frame's destination. */
function underlayLink(
  attached: ReadonlyMap<Address, readonly Attached[]>,
  device: (name: string) => Device,
): Link {
  const hosts: Table<readonly Attached[]> = { find: (physical) => attached.get(physical) };
  return {
    carry: (packet, _nextHop, ask) => {
      const candidates = ask.lookup(ipOf(packet)!.dst, hosts, undefined);
      const frame = packet.headers[3];
      if (!candidates || frame?.proto !== 'ethernet') return { reason: 'tunnel-no-endpoint' };
      const to = ask.lookup(
        frame.dst,
        { find: (mac) => candidates.find((one) => one.mac === mac) },
        undefined,
      );
      return to ? { to: { device: device(to.device), port: 'fabric' } } : { reason: 'tunnel-no-endpoint' };
    },
  };
}

function peeringOf(declared: Declaring, vnet: string, remote: string): PeeringPolicy | undefined {
  const near = declared.vnets.get(vnet)?.peerings.get(remote);
  const far = declared.vnets.get(remote)?.peerings.get(vnet);
  if (!near || !far) return undefined;
  const hasGatewayTransit =
    (near.useRemoteGateways && far.allowGatewayTransit) ||
    (far.useRemoteGateways && near.allowGatewayTransit);
  return {
    allowVirtualNetworkAccess: near.allowVirtualNetworkAccess,
    allowForwardedTraffic: near.allowForwardedTraffic,
    hasGatewayTransit,
    at: near.at,
  };
}

/** Tunnel ends on the Internet, found by the outer addresses. */
export function internetLink(declared: Declaring, device: (name: string) => Device): Link {
  const ends = new Map<Address, Map<Address, () => Endpoint>>();
  const add = (at: Address, from: Address, name: string, port: string): void => {
    const peers = ends.get(at) ?? new Map<Address, () => Endpoint>();
    if (!peers.has(from)) peers.set(from, () => ({ device: device(name), port }));
    ends.set(at, peers);
  };
  for (const site of declared.sites.values()) {
    for (const tunnel of site.tunnels) {
      const connection = declared.connections.get(tunnel.connection);
      const gateway = connection && declared.gateways.get(connection.gateway);
      if (!gateway || connection.site !== site.name) continue;
      add(gateway.publicAddress, site.publicAddress, gateway.name, connection.gatewayPort);
      add(site.publicAddress, gateway.publicAddress, site.edge, tunnel.port);
    }
  }
  return {
    carry: (packet, _nextHop, ask) => {
      const outer = ipOf(packet)!;
      const peers = ask.lookup(outer.dst, { find: (address) => ends.get(address) }, undefined);
      const to = peers && ask.lookup(outer.src, { find: (address) => peers.get(address) }, undefined);
      return to ? { to: to() } : { reason: 'tunnel-no-endpoint' };
    },
  };
}
