/** The VNets at the other end of a VNet's peering links, and what of their address space is in reach. */
import type { Declarations, Peering, VirtualNetwork } from '../kinds/declarations.ts';
import { PrefixTable } from '../mechanism/prefix-table.ts';
import { covers, type Prefix } from '../value/prefix.ts';
import { remembered, rememberedOnce } from './remembered.ts';

/** A peering needs a link on either side; each side owns its own. */
export interface Peer {
  readonly vnet: VirtualNetwork;
  /** The link that the asking VNet owns. */
  readonly near: Peering | undefined;
  /** The link that the other VNet owns. */
  readonly far: Peering | undefined;
}

/** Both links exist: Azure's peering state Connected. */
export type Connected = Peer & { readonly near: Peering; readonly far: Peering };

/** Whether a peering of these two would be global: between regions, where both are stated. */
export const isGlobal = (near: VirtualNetwork, far: VirtualNetwork): boolean =>
  near.location !== undefined && far.location !== undefined && near.location !== far.location;

export const isConnected = (peer: Peer): peer is Connected =>
  peer.near !== undefined && peer.far !== undefined;

/** Links whose other end owns none, by the VNet that they lead to. */
const oneSided = rememberedOnce(({ vnets }) => {
  const towards = new Map<string, Peer[]>();
  for (const vnet of vnets.values()) {
    for (const far of vnet.peerings.values()) {
      if (vnets.get(far.remote)?.peerings.has(vnet.name) !== false) continue;
      const peer = { vnet, near: undefined, far };
      const peers = towards.get(far.remote);
      if (peers) peers.push(peer);
      else towards.set(far.remote, [peer]);
    }
  }
  return towards;
});

/** The peers of a VNet in the order of its links, then those that only the other side has linked. */
export const peersOf: (vnet: VirtualNetwork, declarations: Declarations) => readonly Peer[] = remembered(
  (vnet, declarations) => {
    const peers: Peer[] = [];
    for (const near of vnet.peerings.values()) {
      const remote = declarations.vnets.get(near.remote);
      if (remote) peers.push({ vnet: remote, near, far: remote.peerings.get(vnet.name) });
    }
    return [...peers, ...(oneSided(declarations).get(vnet.name) ?? [])];
  },
);

/** Where a prefix of some address space belongs to. */
export interface Place {
  readonly prefix: Prefix;
  readonly vnet: VirtualNetwork;
  readonly isConnected: boolean;
}

const placesOf = (vnet: VirtualNetwork, connected: boolean): (readonly [Prefix, Place])[] =>
  vnet.addressPrefixes.map((prefix) => [prefix, { prefix, vnet, isConnected: connected }]);

/** The ranges of a VNet and of all its peers, the VNet's own first. */
export const placesInReach: (vnet: VirtualNetwork, declarations: Declarations) => PrefixTable<Place> =
  remembered(
    (vnet, declarations) =>
      new PrefixTable([
        ...placesOf(vnet, true),
        ...peersOf(vnet, declarations).flatMap((peer) => placesOf(peer.vnet, isConnected(peer))),
      ]),
  );

const ownPlaces = remembered((vnet: VirtualNetwork) => new PrefixTable(placesOf(vnet, true)));

/** Whether a prefix is one of the VNet's own ranges or inside one. */
export function isInside(prefix: Prefix, vnet: VirtualNetwork, declarations: Declarations): boolean {
  const place = ownPlaces(vnet, declarations).find(prefix.first);
  return place !== undefined && covers(place.prefix, prefix);
}
