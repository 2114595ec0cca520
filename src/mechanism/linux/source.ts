/** The source address of what leaves by a route: fib_result_prefsrc, ip6_dst_lookup_tail. */
import { constant, type Term } from '../../value/term.ts';
import type { Ask } from '../../walk/ask.ts';
import { SCOPE, selectAddress } from './interface.ts';
import { ipv6Source } from './ipv6-source.ts';
import type { LinuxMachine } from './machine.ts';
import { hopsOf, type LinuxRoute } from './route.ts';
import type { Family } from '../../value/address.ts';

type Host = Pick<LinuxMachine, 'interfaces'>;

/** Undefined when the machine has no address for it. */
export function sourceBy(
  { interfaces }: Host,
  family: Family,
  route: LinuxRoute,
  target: Term,
  ask: Ask,
): Term | undefined {
  if (route.src !== undefined) return constant(route.src);
  if (route.type === 'local') return target;
  const dev = hopsOf(route)[0]!.dev ?? 'lo';
  const nextHop = route.via === undefined ? undefined : constant(route.via);
  const scope = route.via === undefined ? SCOPE.link : SCOPE.global;
  const chosen =
    family === 4
      ? selectAddress(interfaces, dev, nextHop, scope, ask)
      : ask.lookup(target, { find: (address) => ipv6Source(interfaces, dev, address) }, undefined);
  return chosen === undefined ? undefined : constant(chosen);
}
