/** What a machine's tunnels are plugged into, and what the kernel knows of them as interfaces. */
import { ETHERNET, type LinkState } from '../../mechanism/linux/interface.ts';
import type { LinuxMachine } from '../../mechanism/linux/machine.ts';
import type { Routing } from '../../mechanism/linux/routing.ts';
import { routeTo, underlay } from '../../mechanism/linux/underlay.ts';
import { defaultMtu } from '../../mechanism/tunnel/default-mtu.ts';
import { OUTER, tunnel } from '../../mechanism/tunnel/tunnel.ts';
import { kernelPort } from '../../mechanism/tunnel/tunnels.ts';
import { familyOf } from '../../value/address.ts';
import { constant } from '../../value/term.ts';
import { concretely } from '../../walk/concrete.ts';
import type { Device, Link } from '../../walk/device.ts';
import { cable, type Built } from '../kind.ts';
import type { TunnelInterface } from './tunnel.ts';

/** The tunnels as devices, each between its kernel's interface of that name and its kernel's output and input. */
export const buildTunnels = (machine: LinuxMachine, guest: () => Device): readonly Built[] =>
  machine.tunnels.endpoints.map((endpoint) => ({
    device: tunnel(endpoint, machine, underlay(machine)),
    links: { [endpoint.name]: cable(guest, endpoint.name), [OUTER]: cable(guest, kernelPort(endpoint)) },
  }));

/** The kernel's ports towards its tunnels. */
export const kernelLinks = (tunnels: readonly Built[]): Readonly<Record<string, Link>> =>
  Object.fromEntries(
    tunnels.flatMap(({ device }) => {
      const name = device.phase!;
      return [
        [name, cable(() => device, name)],
        [kernelPort({ name }), cable(() => device, OUTER)],
      ];
    }),
  );

/** The state of tunnel interfaces. The kernel takes their MTU from the route of the time when they are made. */
export function tunnelLinks(
  interfaces: readonly TunnelInterface[],
  nics: ReadonlyMap<string, LinkState>,
  routing: Routing,
): ReadonlyMap<string, LinkState> {
  const links = new Map<string, LinkState>();
  for (const { port, endpoint, mtu } of interfaces) {
    const { remote, dev } = endpoint;
    const out =
      dev ?? routeTo({ routing }, familyOf(remote), constant(remote), undefined, concretely())?.dev ?? '';
    const under = (links.get(out) ?? nics.get(out))?.mtu;
    links.set(port, { ...(nics.get(port) ?? ETHERNET), mtu: mtu ?? defaultMtu(endpoint, under) });
  }
  return links;
}
