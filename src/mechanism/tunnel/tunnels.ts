/** The tunnels of one kernel: which of them takes a packet that came for the machine itself. */
import { transportOf, type Packet } from '../../packet/packet.ts';
import type { Ask } from '../../walk/ask.ts';
import { single } from '../../value/integer-set.ts';
import { bySpecificity, endpointFor, outerOf, type Arrival, type Untaken } from './decapsulate.ts';
import type { TunnelEndpoint } from './endpoint.ts';

export interface Tunnels {
  readonly endpoints: readonly TunnelEndpoint[];
  /** By the kernel's port towards the tunnel. */
  readonly byPort: ReadonlyMap<string, TunnelEndpoint>;
  /** Undefined of a packet that is in no tunnel. */
  take(packet: Packet, arrival: Arrival, ask: Ask): TunnelEndpoint | Untaken | undefined;
  /** Whether a tunnel listens on the UDP port that the packet is for. */
  listens(packet: Packet, ask: Ask): boolean;
}

/** The kernel's port towards a tunnel, which is no interface: names of interfaces have no colon. */
export const kernelPort = ({ name }: Pick<TunnelEndpoint, 'name'>): string => `${name}:outer`;

export function tunnels(stated: readonly TunnelEndpoint[]): Tunnels {
  const endpoints = bySpecificity(stated);
  return {
    endpoints,
    byPort: new Map(endpoints.map((one) => [kernelPort(one), one])),
    take: (packet, arrival, ask) => {
      const outer = outerOf(packet, arrival);
      return outer && endpointFor(endpoints, outer, ask);
    },
    listens: (packet, ask) => {
      const transport = transportOf(packet);
      return (
        transport?.proto === 'udp' &&
        endpoints.some(({ port }) => port !== 0 && ask.within(transport.dport, single(port), undefined))
      );
    },
  };
}
