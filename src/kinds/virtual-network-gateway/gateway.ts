/** A VPN gateway as a device: tunnels on one side, the fabric on the other. */
import { formatAddress, type Address } from '../../value/address.ts';
import { single } from '../../value/integer-set.ts';
import { ipOf, type Packet } from '../../packet/packet.ts';
import { PrefixTable } from '../../mechanism/prefix-table.ts';
import { decapsulate, route, type Sender } from '../../mechanism/fabric.ts';
import { protect, unprotect, type TunnelEnd } from '../../mechanism/ipsec.ts';
import { decrement } from '../../mechanism/ttl.ts';
import type { Action, Device, Io } from '../../walk/device.ts';
import type { Built, Programmed } from '../kind.ts';
import type { Connection } from '../premises.ts';

export interface GatewayConfig {
  readonly name: string;
  readonly vnet: string;
  readonly subnet: string;
  readonly decrementTtl: boolean;
  readonly publicAddress: Address;
  readonly connections: readonly Connection[];
}

export function buildGateway(config: GatewayConfig, programmed: Programmed): readonly Built[] {
  const own = programmed.fabric.gateway(config.name);
  const sender: Sender = {
    node: config.name,
    physical: own.physical,
    mac: own.mac,
    vnet: config.vnet,
    table: () => programmed.effectiveTable(config.subnet),
    gateway: config.name,
  };
  const tunnels = config.connections.map((one) => tunnelOf(one, config.publicAddress, programmed));
  const selectors = new PrefixTable(
    config.connections.flatMap((one, i) =>
      (one.prefixes ?? programmed.declared.sites.get(one.site)?.prefixes ?? []).map(
        (prefix) => [prefix, tunnels[i]!] as const,
      ),
    ),
  );

  const self = single(own.address);
  const toInternet: Action = { do: 'unknown', missing: `how ${config.name} sends packets to the Internet` };

  const onward = (packet: Packet, io: Io): Action => {
    if (io.ask.within(ipOf(packet)!.dst, self, undefined))
      return { do: 'unknown', missing: `what ${config.name} does with a packet for its own address` };
    const lived = config.decrementTtl ? decrement(packet, () => [own.address], io) : packet;
    if ('do' in lived) return lived;
    const action = route(programmed.fabric, sender, lived, io);
    if (action.do === 'internet') return toInternet;
    if (action.do !== 'tunnel') return action;
    const tunnel = io.ask.lookup(ipOf(lived)!.dst, selectors, action.route.at);
    if (!tunnel) return { do: 'drop', reason: 'tunnel-selector-mismatch', at: action.route.at };
    return protect(lived, tunnel, () => [own.address], io);
  };

  const device: Device = {
    name: config.name,
    node: config.name,
    kind: 'virtual-network-gateway',
    where: config.subnet,
    receive: (port, packet, io) => {
      if (port === 'fabric') {
        const inner = decapsulate(packet, io);
        return inner ? onward(inner.packet, io) : { do: 'drop', reason: 'tunnel-no-endpoint' };
      }
      const tunnel = tunnels.find((one) => one.port === port);
      if (!tunnel) return { do: 'unknown', missing: `port ${port} of ${config.name}` };
      const inner = unprotect(packet, tunnel, io);
      return 'do' in inner ? inner : onward(inner, io);
    },
    originate: (packet, io) => {
      const action = route(programmed.fabric, sender, packet, io);
      if (action.do === 'internet') return toInternet;
      if (action.do !== 'tunnel') return action;
      const tunnel = io.ask.lookup(ipOf(packet)!.dst, selectors, action.route.at);
      return tunnel
        ? protect(packet, tunnel, () => [own.address], io)
        : { do: 'drop', reason: 'tunnel-selector-mismatch' };
    },
  };
  return [
    {
      device,
      links: {
        fabric: programmed.fabric.link,
        ...Object.fromEntries(tunnels.map((one) => [one.port, programmed.internet])),
      },
    },
  ];
}

/** The gateway's end of a connection. */
function tunnelOf(connection: Connection, local: Address, programmed: Programmed): TunnelEnd {
  const site = programmed.declared.sites.get(connection.site);
  if (!site) throw new Error(`connection ${connection.id} from ${formatAddress(local)} has no site`);
  return {
    port: connection.gatewayPort,
    local,
    remote: site.publicAddress,
    suite: connection.suite,
    spiIn: connection.spiToGateway,
    spiOut: connection.spiToSite,
    at: connection.at,
  };
}
