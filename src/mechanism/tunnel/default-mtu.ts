/** The MTU that the kernel gives a tunnel interface: ip_tunnel_bind_dev, vxlan_config_apply, geneve_link_config. */
import { lengthOf, type Header } from '../../packet/packet.ts';
import { familyOf } from '../../value/address.ts';
import { constant, ZERO } from '../../value/term.ts';
import { limitOf, shimOf } from './encapsulate.ts';
import type { TunnelEndpoint } from './endpoint.ts';

/** Octets that the tunnel puts around an IP packet, the Ethernet header of a frame included. */
export function overheadOf(endpoint: TunnelEndpoint): number {
  const ends = { src: ZERO, dst: ZERO };
  const headers: readonly Header[] = [
    { proto: familyOf(endpoint.remote) === 4 ? 'ipv4' : 'ipv6', ...ends, ttl: constant(0) },
    ...limitOf(endpoint),
    ...(endpoint.port === 0 ? [] : [{ proto: 'udp', sport: ZERO, dport: ZERO } as const]),
    ...shimOf(endpoint),
    ...(endpoint.carries === 'frame' ? [{ proto: 'ethernet', ...ends } as const] : []),
  ];
  return lengthOf({ headers, payload: 0 });
}

const ETHERNET_MTU = 1500;

/** Octets of an IP packet; `under` is the MTU of the interface towards the other end, if one leads there. A vxlan must be told it. */
export function defaultMtu(endpoint: TunnelEndpoint, under: number | undefined): number {
  const isUntold = endpoint.encapsulation === 'vxlan' && endpoint.dev === undefined;
  return isUntold ? ETHERNET_MTU : (under ?? ETHERNET_MTU) - overheadOf(endpoint);
}
