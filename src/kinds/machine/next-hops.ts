/** Next hops of a machine's routes, held against its networks. */
import { familyOf, formatAddress } from '../../value/address.ts';
import { contains } from '../../value/prefix.ts';
import type { Reading } from '../kind.ts';
import { interfacesOf, type MachineConfig } from './build.ts';

/**
 * The kernel refuses a next hop that no network of the machine holds, nor a route without a next hop, unless the route
 * says `onlink` (fib_check_nh). `text` is what the routes were read from.
 */
export function checkNextHops(text: string | undefined, config: MachineConfig, reading: Reading): void {
  const { subnets, sites, segments } = reading.declared;
  const isPlaced = config.nics.every(
    (nic) => subnets.has(nic.subnet ?? '') || sites.has(nic.site ?? '') || segments.has(nic.segment ?? ''),
  );
  if (text === undefined || !isPlaced) return;
  const lines = text.split('\n');
  const routes = config.linux.routes ?? [];
  const networks = [...interfacesOf(config, reading.declared).values()].flat().map((one) => one.network);
  const links = routes.filter((route) => route.via === undefined).map((route) => route.prefix);
  for (const { via, at = config.at, prefix } of routes) {
    if (via === undefined || / onlink\b/.test(lines[Number(at.split('#')[1]) - 1] ?? '')) continue;
    if (familyOf(prefix.first) === 6 && familyOf(via) === 4)
      reading.report('text-syntax', at, `${formatAddress(via)} cannot be the next hop of an IPv6 route`);
    else if (![...networks, ...links].some((range) => contains(range, via)))
      reading.report(
        'text-syntax',
        at,
        `the next hop ${formatAddress(via)} is on no network of ${config.name}`,
        'the kernel takes it only with "onlink", or behind a route to it without "via"',
      );
  }
}
