/** What a machine's tunnels are plugged into, and what the kernel knows of them as interfaces. */
import { ETHERNET, type LinkState } from '../../mechanism/linux/interface.ts';
import type { LinuxMachine } from '../../mechanism/linux/machine.ts';
import type { Routing } from '../../mechanism/linux/routing.ts';
import { bridgedUnderlay, routeTo, underlay } from '../../mechanism/linux/underlay.ts';
import { defaultMtu } from '../../mechanism/tunnel/default-mtu.ts';
import { OUTER, tunnel } from '../../mechanism/tunnel/tunnel.ts';
import { kernelPort } from '../../mechanism/tunnel/tunnels.ts';
import { familyOf } from '../../value/address.ts';
import { constant, type Term } from '../../value/term.ts';
import { concretely } from '../../walk/concrete.ts';
import type { Device, Link } from '../../walk/device.ts';
import { cable, type Built, type Programmed } from '../kind.ts';
import type { BridgeConfig } from './bridge.ts';
import type { TunnelInterface } from './tunnel.ts';

/** The tunnels as devices, each between a bridge or its kernel's interface, and its kernel's output and input. */
export const buildTunnels = (
  machine: LinuxMachine,
  bridges: readonly BridgeConfig[],
  guest: () => Device,
  programmed: Programmed,
): readonly Built[] =>
  machine.tunnels.endpoints.map((endpoint) => {
    const { name } = endpoint;
    const owner = bridges.find(({ ports }) => ports.some((port) => port.name === name));
    const inner = owner ? () => programmed.device(`${machine.node}:${owner.name}`) : guest;
    return {
      device: tunnel(endpoint, machine, (owner?.isLinux ? bridgedUnderlay : underlay)(machine)),
      links: { [name]: cable(inner, name), [OUTER]: cable(guest, kernelPort(endpoint)) },
    };
  });

const framed = (link: Link, mac: Term | undefined): Link => (mac ? { ...link, framed: { mac } } : link);

/** The kernel's ports towards its tunnels. */
export const kernelLinks = (
  machine: LinuxMachine,
  tunnels: readonly Built[],
): Readonly<Record<string, Link>> =>
  Object.fromEntries(
    tunnels.flatMap(({ device }) => {
      const name = device.phase!;
      return [
        [
          name,
          framed(
            cable(() => device, name),
            machine.macs.get(name),
          ),
        ],
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
