/**
 * Azure Gateway Load Balancer as a device: packets of chained public addresses go to an appliance by the tunnel of the
 * side that they come from and come back by the other one. Microsoft, "Gateway Load Balancer"; the headers as in Check
 * Point, "Azure VMSS with Gateway Load Balancer", "Network Diagram".
 *
 *                  ipv4   frontend > NIC of the appliance, and back
 *                  udp    to the port of the tunnel interface
 *                  vxlan  its identifier
 *                  ethernet
 *                  the packet as it is between client and public address
 */
import { flowOf, ipOf, lengthOf, pop, push, type Header, type Packet } from '../../packet/packet.ts';
import { reverse } from '../../packet/flow.ts';
import { familyOf, formatAddress, type Address } from '../../value/address.ts';
import { single } from '../../value/integer-set.ts';
import { constant, type Term } from '../../value/term.ts';
import { CHAIN_PORT, type Chain, type Side } from '../../mechanism/chain.ts';
import { decapsulate, encapsulate, ENTROPY_PORT, type Location } from '../../mechanism/fabric.ts';
import type { Located } from '../../mechanism/public-address.ts';
import type { Action, Io, Link } from '../../walk/device.ts';
import { once, type Built, type Programmed } from '../kind.ts';
import { memberAt } from '../public-address.ts';
import type { Balancer, Rule } from './balance.ts';
import { healthOf, memberFor, onNodeOf, seedOf, type Chooser } from './member.ts';

/** Stations that the frames in the tunnels are between, one a side; locally administered, nettrace's own choice. */
const STATION: Readonly<Record<Side, Term>> = {
  External: constant(0x02_00_00_00_ee_01),
  Internal: constant(0x02_00_00_00_ee_02),
};

const OTHER: Readonly<Record<Side, Side>> = { External: 'Internal', Internal: 'External' };

type Tunnel = Rule['tunnels'][number];

/** A frontend at work. */
interface Gateway extends Chooser {
  readonly balancer: Balancer;
  readonly id: string;
  readonly address: Address;
  /** Its one rule, for all ports. */
  readonly rule: Rule | undefined;
  readonly chains: Programmed['chains'];
  readonly own: () => Pick<Location, 'physical' | 'mac'>;
  /** A NIC's address of the frontend's family, and where it is. */
  readonly locate: (nic: string) => Located | undefined;
}

/** One device for each frontend. */
export function buildGateway(balancer: Balancer, programmed: Programmed): readonly Built[] {
  const { fabric, chains } = programmed;
  return [...balancer.frontends].map(([name, { subnet, address }]) => {
    const id = `${balancer.name}/${name}`;
    const gateway: Gateway = {
      balancer,
      id,
      node: balancer.name,
      isAlone: balancer.frontends.size === 1,
      name,
      address,
      rule: balancer.rules.find((rule) => rule.frontend === name),
      zone: `${id}/flows`,
      table: 'gateway-load-balancer',
      health: healthOf(programmed),
      seed: seedOf(id, programmed),
      chains,
      own: once(() => fabric.locations(subnet!.split('/')[0]!).find(address)!),
      locate: (nic) => memberAt(nic, familyOf(address), programmed),
    };
    return {
      device: {
        name: `${balancer.name}:${name}`,
        node: balancer.name,
        part: name,
        kind: 'load-balancer',
        where: `frontend ${formatAddress(address)}`,
        receive: (port, packet, io) => receive(gateway, port, packet, io),
      },
      links: {
        fabric: fabric.link,
        [CHAIN_PORT.Internal]: consumers(programmed),
        [CHAIN_PORT.External]: programmed.edge('azure'),
      },
    };
  });
}

/** Whoever has the public address, for packets that have passed the appliance. */
const consumers = (programmed: Programmed): Link => ({
  carry: (packet, _nextHop, ask) => {
    const chain = ask.lookup(ipOf(packet)!.dst, programmed.chains, undefined);
    return chain
      ? { to: { device: programmed.device(chain.device), port: CHAIN_PORT.Internal } }
      : { reason: 'neighbour-missing' };
  },
});

function receive(gateway: Gateway, port: string, packet: Packet, io: Io): Action {
  if (port === 'fabric') return fromAppliance(gateway, packet, io);
  return toAppliance(gateway, port === CHAIN_PORT.External ? 'External' : 'Internal', packet, io);
}

/** Both directions of a flow go to one appliance: the flow table knows it by either. */
function toAppliance(gateway: Gateway, side: Side, packet: Packet, io: Io): Action {
  const { rule, balancer, address } = gateway;
  const tunnel = rule?.tunnels.find((one) => one.type === side);
  if (!rule || !tunnel) {
    io.note({ type: 'matched', table: balancer.name, rule: undefined, action: 'no match' });
    return { do: 'drop', reason: 'balancer-no-rule', at: rule?.at ?? balancer.at };
  }
  const flow = flowOf(packet);
  const member = memberFor(gateway, rule, flow, () => reverse(flow), io);
  if (member === undefined) return { do: 'drop', reason: 'balancer-no-backend', at: rule.at };
  const found = gateway.locate(onNodeOf(member, tunnel));
  if (!found) return { do: 'drop', reason: 'neighbour-missing', at: rule.at };
  const headers: readonly Header[] = [
    {
      proto: familyOf(address) === 4 ? 'ipv4' : 'ipv6',
      src: constant(address),
      dst: constant(found.address),
      ttl: constant(64),
    },
    { proto: 'udp', sport: ENTROPY_PORT, dport: constant(tunnel.port) },
    { proto: 'vxlan', vni: constant(tunnel.identifier) },
    { proto: 'ethernet', src: STATION[side], dst: STATION[OTHER[side]] },
  ];
  const framed = push(packet, ...headers);
  const octets = lengthOf(framed) - lengthOf(packet);
  io.note({ type: 'pushed', tunnel: 'vxlan', headers, octets, at: tunnel.at });
  io.note({ type: 'assumed', code: 'gateway-frame' });
  return encapsulate(gateway.own(), found.location, constant(found.address), framed, io);
}

/** What an appliance sends back: by the tunnel towards the application what is for it, by the other what is from it. */
function fromAppliance(gateway: Gateway, arrived: Packet, io: Io): Action {
  const packet = decapsulate(arrived, io)?.packet;
  if (!packet) return { do: 'drop', reason: 'tunnel-no-endpoint' };
  const tunnel = tunnelOf(gateway, packet, io);
  if ('do' in tunnel) return tunnel;
  io.note({ type: 'popped', tunnel: 'vxlan', headers: packet.headers.slice(0, 4), at: tunnel.at });
  const inner = pop(packet, 4);
  const ip = inner.headers[0];
  const isIp = ip?.proto === 'ipv4' || ip?.proto === 'ipv6';
  const chain = isIp ? chainOf(gateway, tunnel.type === 'Internal' ? ip.dst : ip.src, io) : undefined;
  return chain
    ? { do: 'send', port: CHAIN_PORT[tunnel.type], packet: inner }
    : { do: 'drop', reason: 'tunnel-selector-mismatch', at: tunnel.at, packet: inner };
}

function chainOf({ chains, id }: Gateway, address: Term, io: Io): Chain | undefined {
  const chain = io.ask.lookup(address, chains, undefined);
  return chain?.gateway === id ? chain : undefined;
}

/** The tunnel that ends here with this port, identifier and member. */
function tunnelOf({ rule, address, locate }: Gateway, packet: Packet, io: Io): Tunnel | Action {
  const { ask } = io;
  const [ip, udp, vxlan, frame] = packet.headers;
  const isTunnelled =
    (ip?.proto === 'ipv4' || ip?.proto === 'ipv6') &&
    udp?.proto === 'udp' &&
    ask.within(ip.dst, single(address), rule?.at);
  const tunnel = isTunnelled
    ? rule?.tunnels.find((one) => ask.within(udp.dport, single(one.port), one.at))
    : undefined;
  if (!isTunnelled || !tunnel || vxlan?.proto !== 'vxlan' || frame?.proto !== 'ethernet')
    return { do: 'drop', reason: 'tunnel-no-endpoint', at: rule?.at };
  const isMember = tunnel.members().some((nic) => {
    const member = locate(nic)?.address;
    return member !== undefined && ask.within(ip.src, single(member), tunnel.at);
  });
  if (!isMember) return { do: 'drop', reason: 'tunnel-no-endpoint', at: rule?.at };
  return ask.within(vxlan.vni, single(tunnel.identifier), tunnel.at)
    ? tunnel
    : { do: 'drop', reason: 'tunnel-key-mismatch', at: tunnel.at };
}
