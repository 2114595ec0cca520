/** Chains to gateway load balancers as the kinds state them, and what their ports are plugged into. */
import { ipOf } from '../packet/packet.ts';
import type { Address } from '../value/address.ts';
import { CHAIN_PORT, type Chain } from '../mechanism/chain.ts';
import { below, type Cite } from '../walk/cite.ts';
import type { Link } from '../walk/device.ts';
import type { Programmed, Reading } from './kind.ts';

/** Declares that what comes to these public addresses and leaves by them passes a gateway load balancer. */
export function declareChain(
  chain: Omit<Chain, 'address'>,
  addresses: readonly Address[],
  reading: Reading,
): void {
  reading.refer('gatewayLoadBalancer', chain.gateway, chain.at);
  for (const address of addresses) reading.chain({ ...chain, address });
}

/** Refuses a chain from something that is not public: Microsoft, "Gateway Load Balancer", "Configuration". */
export function refusePrivateChain(what: string, at: Cite, reading: Reading): void {
  reading.report(
    'value-invalid',
    below(at, 'gatewayLoadBalancer'),
    `${what} has no public address: only public frontends, and NICs with a public address, can be chained to a gateway load balancer`,
    'leave gatewayLoadBalancer out, or state publicIPAddress',
  );
}

/** From whoever has the public address to the gateway load balancer that it is chained to, by either side. */
export function chainLinks(programmed: Programmed): Readonly<Record<string, Link>> {
  const link = (side: 'External' | 'Internal'): Link => ({
    carry: (packet, _nextHop, ask) => {
      const ip = ipOf(packet)!;
      const chain = ask.lookup(side === 'External' ? ip.dst : ip.src, programmed.chains, undefined);
      return chain
        ? { to: { device: programmed.device(chain.gateway.replace('/', ':')), port: CHAIN_PORT[side] } }
        : { reason: 'neighbour-missing' };
    },
  });
  return { [CHAIN_PORT.External]: link('External'), [CHAIN_PORT.Internal]: link('Internal') };
}
