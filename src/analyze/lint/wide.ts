/** User routes to appliances that hold an address and lose to a more specific system route. */
import type { EffectiveRoute } from '../../mechanism/effective-route.ts';
import type { Topology } from '../../topology/topology.ts';
import type { Address } from '../../value/address.ts';
import { contains } from '../../value/prefix.ts';
import { isDirect, winner } from './steering.ts';

/** Those of a subnet that hold the address, while a system route takes it straight to where it belongs. */
const wideRoutes = (topology: Topology, subnet: string, address: Address): readonly EffectiveRoute[] =>
  isDirect(winner(topology, subnet, address))
    ? topology
        .effectiveTable(subnet)
        .active.filter(
          (route) =>
            route.source === 'User' &&
            route.nextHopType === 'VirtualAppliance' &&
            contains(route.prefix, address),
        )
    : [];

export const hasWideRoute = (topology: Topology, subnet: string, address: Address): boolean =>
  wideRoutes(topology, subnet, address).length > 0;
