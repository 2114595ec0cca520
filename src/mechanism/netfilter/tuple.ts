/**
 * The tuple by which connection tracking knows a packet (net/netfilter/nf_conntrack_core.c, nf_ct_get_tuple).
 *
 * A ping is a flow as well: its identifier stands for the client's port, and the type of the request (plus 2^16, to keep
 * clear of real ports) for the service's. So an answer is the reverse of its request, as with every other protocol.
 */
import { single } from '../../value/integer-set.ts';
import { constant, plus, type Term } from '../../value/term.ts';
import type { Value } from '../../value/address.ts';
import type { Flow } from '../../packet/flow.ts';
import type { Icmp } from '../../packet/icmp.ts';
import { flowOf, transportOf, type Packet } from '../../packet/packet.ts';
import type { Ask, Table } from '../../walk/ask.ts';

/** What a translation may change beside addresses: ports, the identifier of a ping, or nothing. */
export type Form = 'ports' | 'icmp' | 'bare';

export type Tuple =
  | { readonly is: 'tuple'; readonly flow: Flow; readonly form: Form; readonly mayOpen: boolean }
  /** An ICMP error: it belongs to the flow it quotes. */
  | { readonly is: 'error'; readonly icmp: Icmp }
  /** Neighbour discovery and multicast listeners are never tracked. */
  | { readonly is: 'untracked' }
  /** A message that neither asks nor answers, such as a router advertisement of IPv4. */
  | { readonly is: 'invalid' };

type Role =
  { readonly is: 'request' | 'reply'; readonly service: Term } | { readonly is: 'error' | 'untracked' };

const SERVICE = 0x10000;
const service = (request: number): Term => constant(SERVICE + request);

/** ICMP type of the request, of the original tuple of a ping. */
export const requestType = ({ dport }: Flow): Term => plus(dport, -SERVICE);

const pairs = (...requests: readonly (readonly [request: number, reply: number])[]): [number, Role][] =>
  requests.flatMap(([request, reply]): [number, Role][] => [
    [request, { is: 'request', service: service(request) }],
    [reply, { is: 'reply', service: service(request) }],
  ]);
const table = (roles: Iterable<readonly [number, Role]>): Table<Role> => {
  const map = new Map<Value, Role>(roles);
  return { find: (type) => map.get(type) };
};
const all = (is: 'error' | 'untracked', types: readonly number[]): [number, Role][] =>
  types.map((type) => [type, { is }]);

/** nf_conntrack_proto_icmp.c: echo, timestamp, information and address mask; icmp_is_err. */
const ICMP = table([...pairs([8, 0], [13, 14], [15, 16], [17, 18]), ...all('error', [3, 4, 5, 11, 12])]);

/** nf_conntrack_proto_icmpv6.c: echo and node information; every type below 128 is an error. */
const ICMPV6 = table([
  ...pairs([128, 129], [139, 140]),
  ...all(
    'error',
    Array.from({ length: 128 }, (_, type) => type),
  ),
  ...all('untracked', [130, 131, 132, 133, 134, 135, 136, 143]),
]);

const ECHO: Readonly<Record<Icmp['proto'], Term>> = { icmp: service(8), icmpv6: service(128) };

export function tupleOf(packet: Packet, ask: Ask): Tuple {
  const transport = transportOf(packet);
  const flow = flowOf(packet);
  switch (transport?.proto) {
    case 'tcp':
    case 'udp':
    case 'udplite':
    case 'sctp':
    case 'dccp':
      return { is: 'tuple', flow, form: 'ports', mayOpen: true };
    case 'icmp':
    case 'icmpv6':
      return icmpTuple(transport, flow, ask);
    case 'opaque':
    case undefined:
      return { is: 'tuple', flow, form: 'bare', mayOpen: true };
    default:
      return transport satisfies never;
  }
}

function icmpTuple(icmp: Icmp, flow: Flow, ask: Ask): Tuple {
  const role = ask.lookup(icmp.type, icmp.proto === 'icmp' ? ICMP : ICMPV6, undefined);
  switch (role?.is) {
    case undefined:
      return { is: 'invalid' };
    case 'request':
      return { is: 'tuple', flow: { ...flow, dport: role.service }, form: 'icmp', mayOpen: true };
    case 'reply':
      return { is: 'tuple', flow: { ...flow, sport: role.service }, form: 'icmp', mayOpen: false };
    case 'error':
      return { is: 'error', icmp };
    case 'untracked':
      return { is: 'untracked' };
    default:
      return role satisfies never;
  }
}

const PROTOCOL: Readonly<Record<Icmp['proto'], number>> = { icmp: 1, icmpv6: 58 };

/** The tuples that the packet quoted in an error may have had: a quoted ping may be the request or the answer. */
export function quotedTuples(icmp: Icmp, ask: Ask): readonly Flow[] {
  const { quoted } = icmp;
  if (quoted === undefined) return [];
  if (!ask.within(quoted.proto, single(PROTOCOL[icmp.proto]), undefined)) return [quoted];
  return [
    { ...quoted, dport: ECHO[icmp.proto] },
    { ...quoted, sport: ECHO[icmp.proto] },
  ];
}

/** A tuple as five-tuples are shown: both ports of a ping are its identifier. */
export function shown(flow: Flow, form: Form, direction: 'original' | 'reply'): Flow {
  if (form !== 'icmp') return flow;
  const id = direction === 'original' ? flow.sport : flow.dport;
  return { ...flow, sport: id, dport: id };
}
