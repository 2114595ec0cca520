/** A kernel as its tunnels see it: what they ask of it when they make their outer headers. */
import { ZERO, type Term } from '../../value/term.ts';
import type { Family } from '../../value/address.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Underlay } from '../tunnel/encapsulate.ts';
import { UNBOUND } from './lookup.ts';
import type { LinuxMachine } from './machine.ts';
import { mtuOf } from './mtu.ts';
import { deviceOf, type LinuxRoute } from './route.ts';
import { isRefusal } from './routing.ts';
import { initialTtl } from './sockets.ts';
import { sourceBy } from './source.ts';

export const underlay = (machine: LinuxMachine): Underlay => ({
  ttl: (family) => initialTtl(machine, family),
  source: (family, to, dev, ask) => {
    const route = routeTo(machine, family, to, dev, ask);
    return route && sourceBy(machine, family, route, to, ask);
  },
});

/** The same for a tunnel that is a port of a Linux bridge. */
export const bridgedUnderlay = (machine: LinuxMachine): Underlay => ({
  ...underlay(machine),
  path: (family, to, dev, ask) => {
    const route = routeTo(machine, family, to, dev, ask);
    const port = route && deviceOf(route);
    const proto = family === 4 ? 'ipv4' : 'ipv6';
    return port === undefined ? undefined : { port, mtu: mtuOf(machine, { proto }, route!) };
  },
});

/** The route of a packet of the kernel's own whose source is not chosen yet; undefined when there is none. */
export function routeTo(
  { routing }: Pick<LinuxMachine, 'routing'>,
  family: Family,
  to: Term,
  dev: string | undefined,
  ask: Ask,
): LinuxRoute | undefined {
  const flow = { proto: ZERO, src: UNBOUND[family], dst: to, sport: ZERO, dport: ZERO };
  const query = { family, dst: to, flow, dscp: ZERO, iif: 'lo', mark: ZERO, oif: dev };
  const { route } = routing.lookup(query, ask);
  return route && !isRefusal(route) ? route : undefined;
}
