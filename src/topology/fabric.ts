/** The fabric as programmed: who lives where, and what each VNet lets in. */
import { ipOf } from '../packet/packet.ts';
import type { Address, Value } from '../value/address.ts';
import { setOf } from '../value/integer-set.ts';
import type { Fabric, Location, PeeringPolicy } from '../mechanism/fabric.ts';
import type { Device, Endpoint, Link } from '../walk/device.ts';
import { addressMap, type Owner } from './address-map.ts';
import { DEFAULT_OUTBOUND_ID } from './internet.ts';
import type { DownLinks } from './links.ts';
import { isGlobal } from './peers.ts';
import { memo } from './remembered.ts';
import type { Declaring } from './reading.ts';
import { Underlay } from './underlay.ts';

/** Something with a physical address. */
interface Attached {
  /** The name of the device that answers there. */
  readonly device: string;
  readonly mac: number;
  readonly physical: Address;
}

/** Everything that is attached to the underlay, and how a packet finds it. */
export interface ProgrammedFabric extends Fabric {
  readonly physical: (node: string) => Address;
}

/** Programs the fabric; `device` builds devices when a packet first reaches them. */
export function programFabric(
  declared: Declaring,
  device: (name: string) => Device,
  down: DownLinks,
): ProgrammedFabric {
  const { services, hosts, publics, physical } = attach(declared);
  const owners = addressMap(declared);
  const locate = memo((owner: Owner): Location => {
    const { physical: at, mac } = services.get(owner.id) ?? hosts.get(owner.id)!;
    const vnet = declared.subnets.get(owner.subnet)!.vnet;
    const server = declared.hosts.get(owner.node);
    const isRegional = owner.service?.isRegional ?? false;
    const { vni } = declared.vnets.get(vnet)!;
    return { physical: at, vni, mac, owner: owner.id, server, isRegional };
  });
  return {
    link: underlayLink([...services.values(), ...hosts.values()], device),
    locations: memo((vnet: string) => ({
      find: (address: Value) => {
        const owner = owners.owner(vnet, address);
        return owner && locate(owner);
      },
    })),
    publicService: (id) => publics.get(id)!,
    multiplexers: setOf([...publics.values()].map(({ physical: at }) => ({ first: at, last: at }))),
    space: memo((vnet: string) => setOf(declared.vnets.get(vnet)?.addressPrefixes ?? [])),
    peering: (vnet, remote) => peeringOf(declared, vnet, remote, down),
    gateway: memo((name: string) => {
      const { address, ...service } = declared.serviceAddresses.find((one) => one.id === name)!;
      const { vnet } = declared.gateways.get(name)!;
      return { ...locate(owners.owner(vnet, address) ?? service), vnet, address };
    }),
    physical,
  };
}

interface Attachments {
  /** By the id of the service. */
  readonly services: ReadonlyMap<string, Attached>;
  /** By the id of the NIC. */
  readonly hosts: ReadonlyMap<string, Attached>;
  /** Multiplexers of public addresses, which nothing in the underlay sends to. */
  readonly publics: ReadonlyMap<string, Pick<Attached, 'mac' | 'physical'>>;
  readonly physical: (node: string) => Address;
}

/** Gives services and hosts their physical addresses, in file order. */
function attach(declared: Declaring): Attachments {
  const underlay = new Underlay(declared.physicals);
  const services = new Map<string, Attached>();
  for (const { id, node, port } of declared.serviceAddresses) {
    const name = declared.physicals.has(node) ? node : id;
    services.set(id, {
      device: id === node ? node : `${node}:${port}`,
      mac: declared.nextMac(),
      physical: underlay.assign(name),
    });
  }
  const physical = (node: string): Address => underlay.assign(declared.hosts.get(node) ?? node);
  const hosts = new Map<string, Attached>();
  for (const { id, node, mac } of declared.nics.values())
    hosts.set(id, { device: `${node}:host`, mac, physical: physical(node) });
  const publics = new Map(
    publicIds(declared).map((id) => {
      const [node = id] = id.split('/');
      const name = declared.physicals.has(node) ? node : id;
      return [id, { mac: declared.nextMac(), physical: underlay.assign(name) }];
    }),
  );
  return { services, hosts, publics, physical };
}

const publicIds = ({ publicServices }: Declaring): readonly string[] => [
  ...publicServices.filter((one) => one.entry === 'mux').map((one) => one.id),
  DEFAULT_OUTBOUND_ID,
];

/** Delivers by the outer destination; at a server with several machines by the inner frame's destination. */
function underlayLink(all: readonly Attached[], device: (name: string) => Device): Link {
  const hosts = new Map<Address, Attached[]>();
  for (const one of all) {
    const list = hosts.get(one.physical);
    if (list) list.push(one);
    else hosts.set(one.physical, [one]);
  }
  return {
    carry: (packet, _nextHop, ask) => {
      const candidates = ask.lookup(
        ipOf(packet)!.dst,
        { find: (physical) => hosts.get(physical) },
        undefined,
      );
      const frame = packet.headers[3];
      if (!candidates || frame?.proto !== 'ethernet') return { reason: 'tunnel-no-endpoint' };
      const byMac = { find: (mac: Value) => candidates.find((one) => one.mac === mac) };
      const to = ask.lookup(frame.dst, byMac, undefined);
      return to ? { to: { device: device(to.device), port: 'fabric' } } : { reason: 'tunnel-no-endpoint' };
    },
  };
}

function peeringOf(
  declared: Declaring,
  vnet: string,
  remote: string,
  down: DownLinks,
): PeeringPolicy | undefined {
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
    isGlobal: isGlobal(declared.vnets.get(vnet)!, declared.vnets.get(remote)!),
    isDown: down.is('peering', `${vnet}/${remote}`),
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
