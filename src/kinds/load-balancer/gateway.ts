/**
 * Azure Gateway Load Balancer as a device: packets of chained public addresses go to an appliance by the tunnel of the
 * side that they come from and come back by the other one. Microsoft, "Gateway Load Balancer"; the headers as in Check
 * Point, "Azure VMSS with Gateway Load Balancer", "Network Diagram".
 *
 *      ipv4      frontend > NIC of the appliance, and back
 *      udp       to the port of the tunnel interface
 *      vxlan     its identifier
 *      ethernet
 *      the packet as it is between client and public address
 */
import { flowOf, ipOf, lengthOf, pop, push, type Header, type Packet } from '../../packet/packet.ts';
import { reverse } from '../../packet/flow.ts';
import { familyOf, formatAddress, type Address } from '../../value/address.ts';
import { constant, type Term } from '../../value/term.ts';
import { CHAIN_PORT, type Chain, type Side } from '../../mechanism/chain.ts';
import { decapsulate as underlayOff, encapsulate as carry, type Location } from '../../mechanism/fabric.ts';
import type { Located } from '../../mechanism/public-address.ts';
import { decapsulate, endpointFor, outerOf, type Untaken } from '../../mechanism/tunnel/decapsulate.ts';
import { encapsulate, type Underlay } from '../../mechanism/tunnel/encapsulate.ts';
import type { TunnelEndpoint } from '../../mechanism/tunnel/endpoint.ts';
import { wantedText } from '../../mechanism/tunnel/wanted.ts';
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
      sku: balancer.sku,
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
  const header: Header = { proto: 'ethernet', src: STATION[side], dst: STATION[OTHER[side]] };
  const frame = push(packet, header);
  io.note({
    type: 'pushed',
    tunnel: 'ethernet',
    headers: [header],
    octets: lengthOf(frame) - lengthOf(packet),
  });
  io.note({ type: 'assumed', code: 'gateway-frame' });
  const tunnelled = encapsulate(endpointOf(tunnel, address, found.address), frame, UNDERLAY, io);
  return carry(gateway.own(), found.location, constant(found.address), tunnelled, io);
}

/** The gateway load balancer's end of a tunnel to one member. */
const endpointOf = (tunnel: Tunnel, local: Address, remote: Address): TunnelEndpoint => ({
  name: tunnel.type,
  encapsulation: 'vxlan',
  carries: 'frame',
  local,
  remote,
  key: { in: tunnel.identifier, out: tunnel.identifier },
  port: tunnel.port,
  checks: 'ends',
  ttl: undefined,
  tos: 0,
  df: 'unset',
  checksum: true,
  sequence: false,
  isExacting: false,
  isLearning: false,
  dev: undefined,
  at: tunnel.at,
});

/** Its own packets have a TTL of 64; their source is the frontend. */
const UNDERLAY: Underlay = { ttl: () => 64, source: () => undefined };

/** What an appliance sends back: by the tunnel towards the application what is for it, by the other what is from it. */
function fromAppliance(gateway: Gateway, arrived: Packet, io: Io): Action {
  const packet = underlayOff(arrived, io)?.packet;
  const outer = packet && outerOf(packet);
  if (!outer) return { do: 'drop', reason: 'tunnel-no-endpoint', at: gateway.rule?.at };
  const ends = endsOf(gateway);
  const endpoint = endpointFor([...ends.keys()], outer, io.ask);
  if ('reason' in endpoint) return refuse(gateway, endpoint);
  const frame = decapsulate(endpoint, packet, io);
  if ('do' in frame) return frame;
  const side = ends.get(endpoint)!;
  io.note({ type: 'popped', tunnel: 'ethernet', headers: frame.headers.slice(0, 1) });
  const inner = pop(frame, 1);
  const [ip] = inner.headers;
  const isIp = ip?.proto === 'ipv4' || ip?.proto === 'ipv6';
  const chain = isIp ? chainOf(gateway, side === 'Internal' ? ip.dst : ip.src, io) : undefined;
  return chain
    ? { do: 'send', port: CHAIN_PORT[side], packet: inner }
    : { do: 'drop', reason: 'tunnel-selector-mismatch', at: endpoint.at, packet: inner };
}

function refuse({ rule }: Gateway, untaken: Untaken): Action {
  const note = wantedText(untaken);
  const at = untaken.nearest?.at ?? rule?.at;
  return { do: 'drop', reason: untaken.reason, at, ...(note !== undefined && { note }) };
}

function chainOf({ chains, id }: Gateway, address: Term, io: Io): Chain | undefined {
  const chain = io.ask.lookup(address, chains, undefined);
  return chain?.gateway === id ? chain : undefined;
}

/** The ends of all tunnels here, one for each member. */
const endsOf = ({ rule, address, locate }: Gateway): ReadonlyMap<TunnelEndpoint, Side> =>
  new Map(
    (rule?.tunnels ?? []).flatMap((tunnel) =>
      tunnel.members().flatMap((nic): [TunnelEndpoint, Side][] => {
        const member = locate(nic)?.address;
        return member === undefined ? [] : [[endpointOf(tunnel, address, member), tunnel.type]];
      }),
    ),
  );
