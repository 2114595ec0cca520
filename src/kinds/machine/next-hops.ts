/** Next hops of a machine's routes, held against its networks. */
import { familyOf, formatAddress } from '../../value/address.ts';
import { hopsOf } from '../../mechanism/linux/route.ts';
import type { Reading } from '../kind.ts';
import { isNear } from '../next-hop.ts';
import type { MachineConfig } from './build.ts';
import { interfacesOf } from './guest.ts';

/**
 * The kernel refuses a next hop that no network of the machine holds, nor a route without a next hop, unless the route
 * says `onlink` (fib_check_nh).
 */
export function checkNextHops(config: MachineConfig, reading: Reading): void {
  const { subnets, sites, segments } = reading.declared;
  const isPlaced = config.nics.every(
    (nic) =>
      subnets.has(nic.subnet ?? '') ||
      sites.has(nic.site ?? '') ||
      segments.has(nic.segment ?? '') ||
      nic.bridge !== undefined,
  );
  const { routes } = config.linux;
  if (routes === undefined || !isPlaced) return;
  const networks = [...interfacesOf(config, reading.declared).values()].flat().map((one) => one.network);
  const links = routes.filter((route) => hopsOf(route).some((hop) => hop.via === undefined));
  const near = [...networks, ...links.map((route) => route.prefix)];
  for (const route of routes) {
    for (const { via, isOnlink } of hopsOf(route)) {
      if (via === undefined || isOnlink === true) continue;
      const at = route.at ?? config.at;
      if (familyOf(route.prefix.first) === 6 && familyOf(via) === 4)
        reading.report('text-syntax', at, `${formatAddress(via)} cannot be the next hop of an IPv6 route`);
      else if (!isNear(via, near))
        reading.report(
          'text-syntax',
          at,
          `the next hop ${formatAddress(via)} is on no network of ${config.name}`,
          'the kernel takes it only with "onlink", or behind a route to it without "via"',
        );
    }
  }
}
