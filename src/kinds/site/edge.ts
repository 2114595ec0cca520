/** A site's edge router as a device: the local network on one side, tunnels and the Internet on the other. */
import type { Address } from '../../value/address.ts';
import { ALL, type Prefix } from '../../value/prefix.ts';
import { setOf } from '../../value/integer-set.ts';
import { ipOf, type Packet } from '../../packet/packet.ts';
import { PrefixTable } from '../../mechanism/prefix-table.ts';
import { INTERNET_PORT } from '../../mechanism/host-switch.ts';
import { protect, unprotect, type TunnelEnd } from '../../mechanism/ipsec.ts';
import { decrement } from '../../mechanism/ttl.ts';
import type { Cite } from '../../walk/cite.ts';
import { below } from '../../walk/cite.ts';
import type { Action, Device, Io } from '../../walk/device.ts';
import type { RouteFact } from '../../walk/event.ts';
import { segment, type Built, type Programmed } from '../kind.ts';
import type { SiteTunnel } from '../premises.ts';
import { isTranslated, translateBack, translateOut } from './overload.ts';

export interface EdgeConfig {
  readonly site: string;
  readonly name: string;
  readonly prefixes: readonly Prefix[];
  readonly addresses: readonly Address[];
  readonly publicAddress: Address;
  readonly decrementTtl: boolean;
  readonly tunnels: readonly SiteTunnel[];
  readonly at: Cite;
}

interface EdgeRoute extends RouteFact {
  readonly tunnel?: TunnelEnd;
}

export function buildEdge(config: EdgeConfig, programmed: Programmed): readonly Built[] {
  const table = new PrefixTable(routesOf(config, programmed).map((route) => [route.prefix, route] as const));
  const own = setOf(config.addresses.map((address) => ({ first: address, last: address })));
  const tunnels = config.tunnels.map((one) => endOf(one, config, programmed));

  const route = (packet: Packet, io: Io): Action => {
    const destination = ipOf(packet)!.dst;
    const chosen = io.ask.lookup(destination, table, config.at);
    io.note({ type: 'routed', table: config.name, route: chosen });
    if (!chosen) return { do: 'drop', reason: 'route-missing', at: config.at };
    if (chosen.tunnel) return protect(packet, chosen.tunnel, () => config.addresses, io);
    return chosen.nextHopType === 'connected'
      ? { do: 'send', port: 'lan', packet, nextHop: destination }
      : toInternet(packet, io);
  };
  const toInternet = (packet: Packet, io: Io): Action => {
    const isInTopology = io.ask.lookup(ipOf(packet)!.dst, programmed.publicly, config.at) !== undefined;
    if (!isInTopology || !isTranslated(packet, io)) return { do: 'leave', towards: 'Internet', packet };
    const out = translateOut(config.publicAddress, config.name, packet, io);
    return 'do' in out ? out : { do: 'send', port: INTERNET_PORT, packet: out };
  };
  const forward = (packet: Packet, io: Io): Action => {
    if (io.ask.within(ipOf(packet)!.dst, own, config.at)) return { do: 'deliver', packet };
    const lived = config.decrementTtl ? decrement(packet, () => config.addresses, io) : packet;
    return 'do' in lived ? lived : route(lived, io);
  };

  const device: Device = {
    name: config.name,
    node: config.name,
    kind: 'edge-router',
    where: config.site,
    receive: (port, packet, io) => {
      if (port === 'lan') return forward(packet, io);
      if (port === INTERNET_PORT) {
        const back = translateBack(config.publicAddress, packet, io);
        return back ? forward(back, io) : { do: 'drop', reason: 'session-missing', at: config.at };
      }
      const end = tunnels.find((one) => one.port === port);
      if (!end) return { do: 'drop', reason: 'tunnel-no-endpoint', at: config.at };
      const inner = unprotect(packet, end, io);
      return 'do' in inner ? inner : forward(inner, io);
    },
    originate: route,
  };
  const lan = segment(programmed.neighbours(config.site), (nextHop, ask) =>
    ask.within(nextHop, setOf(config.prefixes), config.at)
      ? { left: `site ${config.site}` }
      : { reason: 'neighbour-missing' },
  );
  return [
    {
      device,
      links: {
        lan,
        [INTERNET_PORT]: programmed.edge('azure'),
        ...Object.fromEntries(tunnels.map((one) => [one.port, programmed.internet])),
      },
    },
  ];
}

/** Of routes with one prefix the first wins: its own network, what is stated for tunnels, and else the Internet. */
function routesOf(config: EdgeConfig, programmed: Programmed): EdgeRoute[] {
  const local = config.prefixes.map((one): EdgeRoute => ({
    prefix: one,
    nextHopType: 'connected',
    source: config.name,
    interface: 'lan',
    at: below(config.at.replace(/\/edge$/, ''), 'addressPrefixes'),
  }));
  const tunnelled = config.tunnels.flatMap((one) => {
    const tunnel = endOf(one, config, programmed);
    const at = one.routes ? below(one.at, 'routes') : one.at;
    return (one.routes ?? programmed.advertised(one.connection)).map((route): EdgeRoute => ({
      prefix: route,
      nextHopType: 'tunnel',
      nextHop: one.port.replace(/^tunnel-/, ''),
      source: config.name,
      interface: one.port,
      at,
      tunnel,
    }));
  });
  const rest = [ALL[4], ALL[6]].map((one): EdgeRoute => ({
    prefix: one,
    nextHopType: 'Internet',
    source: config.name,
  }));
  return [...local, ...tunnelled, ...rest];
}

function endOf(tunnel: SiteTunnel, config: EdgeConfig, programmed: Programmed): TunnelEnd {
  const connection = programmed.declared.connections.get(tunnel.connection)!;
  return {
    port: tunnel.port,
    local: config.publicAddress,
    remote: programmed.declared.gateways.get(connection.gateway)!.publicAddress,
    suite: connection.suite,
    spiIn: connection.spiToSite,
    spiOut: connection.spiToGateway,
    at: tunnel.at,
  };
}
