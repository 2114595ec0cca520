/** Who owns an address in a VNet: a NIC, or a service without one. */
import type { Declarations, Nic, ServiceAddress } from '../kinds/declarations.ts';
import type { Address } from '../value/address.ts';
import { rememberedOnce } from './remembered.ts';

export interface Owner {
  /** `nva1/eth0`. */
  readonly id: string;
  readonly node: string;
  readonly port: string;
  readonly subnet: string;
  readonly nic?: Nic;
  readonly service?: ServiceAddress;
}

export interface AddressMap {
  /** The owner of an address in this VNet; its peers are other VNets. A deallocated machine still owns its addresses. */
  owner(vnet: string, address: Address): Owner | undefined;
}

interface Owned {
  readonly owner: Owner;
  readonly addresses: readonly Address[];
}

/** Each VNet's map is made when it is first asked for. */
export const addressMap: (declarations: Declarations) => AddressMap = rememberedOnce((declarations) => {
  const owned = ownedByVnet(declarations);
  const maps = new Map<string, ReadonlyMap<Address, Owner>>();
  return {
    owner(vnet, address) {
      const map = maps.get(vnet) ?? mapOf(owned.get(vnet) ?? []);
      maps.set(vnet, map);
      return map.get(address);
    },
  };
});

function ownedByVnet({
  nics,
  serviceAddresses,
  subnets,
}: Declarations): ReadonlyMap<string, readonly Owned[]> {
  const byVnet = new Map<string, Owned[]>();
  const add = (owner: Owner, addresses: readonly Address[]): void => {
    const vnet = subnets.get(owner.subnet)?.vnet;
    if (vnet === undefined) return;
    const owned = byVnet.get(vnet);
    if (owned) owned.push({ owner, addresses });
    else byVnet.set(vnet, [{ owner, addresses }]);
  };
  for (const nic of nics.values()) {
    add({ id: nic.id, node: nic.node, port: nic.port, subnet: nic.subnet, nic }, nic.addresses);
  }
  for (const service of serviceAddresses) {
    const { id, node, port, subnet, address } = service;
    add({ id, node, port, subnet, service }, [address]);
  }
  return byVnet;
}

/** Two owners of one address are reported when the topology is read; here the first keeps it. */
function mapOf(owned: readonly Owned[]): ReadonlyMap<Address, Owner> {
  const map = new Map<Address, Owner>();
  for (const { owner, addresses } of owned) {
    for (const address of addresses) if (!map.has(address)) map.set(address, owner);
  }
  return map;
}
