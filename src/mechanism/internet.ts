/** The Internet and Azure's edge to it: where packets for public addresses go. */
import { flowOf, ipOf, transportOf, type Packet } from '../packet/packet.ts';
import type { Flow } from '../packet/flow.ts';
import type { Address } from '../value/address.ts';
import { ALL, hostPrefix } from '../value/prefix.ts';
import type { IntegerSet } from '../value/integer-set.ts';
import { ZERO, type Term } from '../value/term.ts';
import type { Table } from '../walk/ask.ts';
import type { Cite } from '../walk/cite.ts';
import type { Action, Device, Endpoint, Io } from '../walk/device.ts';
import type { RouteFact } from '../walk/event.ts';
import { MUXES } from './public-address.ts';
import { familyNumber } from './ttl.ts';

/** The node, in traces and for `--pick` and `--fail`. */
export const INTERNET = 'internet';

/** Who answers to a public address of Azure. */
export interface PublicOwner {
  readonly address: Address;
  /** `lb-nva-pub`, `vm-1/eth0`. */
  readonly owner: string;
  /**
   * Packets come by multiplexers, or straight to the host or edge router whose address it is; Azure lends its
   * own; of an address where tunnels end nothing else is known.
   */
  readonly entry: 'mux' | 'host' | 'lent' | 'site' | 'tunnel';
  readonly at: Cite | undefined;
}

export interface Edge {
  readonly owners: Table<PublicOwner>;
  /** Machines of the topology that are on the Internet. */
  readonly machines: Table<Endpoint>;
  /** Addresses that are routed on the Internet and have no owner in the topology. */
  readonly elsewhere: IntegerSet;
  /** Brings back what default outbound access translated. */
  readonly lend: (packet: Packet, io: Io) => Action;
}

const TABLE = 'public routes';

/** A host on the Internet that has sent something: it is taken to exist, and to hear the answer. */
const HEARD = `${INTERNET}/heard`;

const heard = (address: Term): Flow => ({
  proto: ZERO,
  src: address,
  dst: address,
  sport: ZERO,
  dport: ZERO,
});

/** Packets arrive by `azure` or `hosts`, and leave by a multiplexer's name, by `host`, or by `hosts`. */
export const internet = (edge: Edge): Device => ({
  name: INTERNET,
  node: INTERNET,
  kind: INTERNET,
  where: "Azure's edge",
  receive: (port, packet, io) => {
    if (port === 'hosts') hear(ipOf(packet)!.src, io);
    return forward(edge, packet, io);
  },
});

function hear(address: Term, io: Io): void {
  const flow = heard(address);
  if (!io.sessions.find(HEARD, flow)) io.sessions.stage(HEARD, { original: flow, reply: flow });
}

function forward(edge: Edge, packet: Packet, io: Io): Action {
  const { dst } = ipOf(packet)!;
  const owner = io.ask.lookup(dst, edge.owners, undefined);
  io.note({ type: 'assumed', code: 'internet-path' });
  if (owner) return toAzure(owner, edge, packet, io);
  const isHost =
    io.ask.lookup(dst, edge.machines, undefined) !== undefined ||
    io.sessions.find(HEARD, heard(dst)) !== undefined;
  const isRouted = isHost || io.ask.within(dst, edge.elsewhere, undefined);
  io.note({ type: 'routed', table: TABLE, route: isRouted ? beyond(packet) : undefined });
  if (!isRouted) return { do: 'drop', reason: 'route-missing' };
  return isHost
    ? { do: 'send', port: 'hosts', packet, nextHop: dst }
    : { do: 'leave', towards: 'Internet', packet };
}

const beyond = (packet: Packet): RouteFact => ({
  prefix: ALL[familyNumber(ipOf(packet)!.proto)],
  nextHopType: 'Internet',
  source: 'BGP',
});

function toAzure(to: PublicOwner, edge: Edge, packet: Packet, io: Io): Action {
  const { address, owner, entry, at } = to;
  const route = { prefix: hostPrefix(address), source: 'BGP', at };
  if (entry === 'tunnel')
    return { do: 'unknown', missing: `what ${owner} does with a packet for its public address`, at };
  if (entry === 'host' || entry === 'site') {
    const hop =
      entry === 'host'
        ? { nextHopType: 'Host', nextHop: `of ${owner}` }
        : { nextHopType: 'Site', nextHop: owner };
    io.note({ type: 'routed', table: TABLE, route: { ...route, ...hop } });
    return { do: 'send', port: 'host', packet };
  }
  const mux = muxFor(packet, io);
  io.note({
    type: 'routed',
    table: TABLE,
    route: { ...route, nextHopType: 'MUX', nextHop: `${mux} of ${owner}` },
  });
  return entry === 'lent' ? edge.lend(packet, io) : { do: 'send', port: mux, packet };
}

/** Which multiplexer a packet meets depends on where it enters: the packets of one flow need not meet the same. */
function muxFor(packet: Packet, io: Io): string {
  const { src, dst, sport, dport, proto } = flowOf(packet);
  const transport = transportOf(packet);
  const over = [src, dst, sport, dport, proto, ...(transport?.proto === 'tcp' ? [transport.flags] : [])];
  const { option, how } = io.ask.choose({ node: INTERNET, options: MUXES, name: (mux): string => mux, over });
  if (how === 'hash') io.note({ type: 'assumed', code: 'mux-choice' });
  return option;
}
