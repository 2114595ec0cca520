/** Where packets end: flows that the machine began, listeners, and the refusal of all else. */
import type { Family } from '../../value/address.ts';
import { EMPTY } from '../../value/integer-set.ts';
import type { Term } from '../../value/term.ts';
import { reverse, type Flow } from '../../packet/flow.ts';
import { flowOf, ipOf, rewrite, transportOf, type Packet } from '../../packet/packet.ts';
import { flagsWith } from '../../packet/tcp.ts';
import type { Action, Io } from '../../walk/device.ts';
import type { Passing } from '../netfilter/machine.ts';
import { resetOf } from '../reset.ts';
import { familyNumber } from '../ttl.ts';
import { sendUnreachable } from './errors.ts';
import { rememberWay } from './link-scope.ts';
import type { LinuxMachine } from './machine.ts';

const PORT_UNREACHABLE: Readonly<Record<Family, number>> = { 4: 3, 6: 4 };
const HAS_RST = flagsWith('RST');
const SYN_ACK = flagsWith('SYN', 'ACK');

/** TTL or hop limit of what the machine sends. */
export const initialTtl = ({ sysctl }: LinuxMachine, family: Family): number =>
  sysctl.get(family === 4 ? 'net.ipv4.ip_default_ttl' : 'net.ipv6.conf.all.hop_limit');

/** Flows that this machine began or answered: what comes back for them needs no listener. */
const socketsOf = (machine: LinuxMachine): string => `${machine.node}/sockets`;

/** Flows that this machine received: what it sends for them is an answer and begins nothing. */
const servedBy = (machine: LinuxMachine): string => `${machine.node}/served`;

/** Ports from which this machine began flows, each as a flow of its address and port with themselves. */
const portsOf = (machine: LinuxMachine): string => `${machine.node}/ports`;

const portOf = ({ proto }: Flow, address: Term, port: Term): Flow => ({
  proto,
  src: address,
  dst: address,
  sport: port,
  dport: port,
});

/** Remembers that the machine began, or answered, this flow. A reset comes from no socket, or leaves none. */
export function openSocket(machine: LinuxMachine, packet: Packet, io: Io): void {
  const flow = flowOf(packet);
  const transport = transportOf(packet);
  if (transport?.proto === 'tcp' && io.ask.within(transport.flags, HAS_RST, machine.at)) return;
  io.sessions.stage(socketsOf(machine), { original: flow, reply: reverse(flow) });
  if (transport?.proto !== 'udp' || io.sessions.find(servedBy(machine), flow, 'reply')) return;
  const port = portOf(flow, flow.src, flow.sport);
  io.sessions.stage(portsOf(machine), { original: port, reply: port });
}

/**
 * Whether the port belongs to a socket that the machine began a flow from. It is taken to be connected, as those of
 * resolvers and most clients are, so it takes nothing from another peer (udp(7)).
 */
const isClientPort = (machine: LinuxMachine, flow: Flow, io: Io): boolean =>
  io.sessions.find(portsOf(machine), portOf(flow, flow.dst, flow.dport)) !== undefined;

/** Hands a packet to whoever it is for; a closed port refuses it. */
export function deliver(machine: LinuxMachine, passing: Passing, io: Io): Action {
  const { packet } = passing;
  rememberWay(machine, passing.in, packet, io);
  const flow = flowOf(packet);
  const transport = transportOf(packet);
  const deliverTo: Action = { do: 'deliver', packet };
  if (transport?.proto !== 'tcp' && transport?.proto !== 'udp') return deliverTo;
  if (io.sessions.find(socketsOf(machine), flow, 'reply')) return deliverTo;
  const isTcp = transport.proto === 'tcp';
  if (isTcp && io.ask.within(transport.flags, SYN_ACK, machine.at))
    return reset(machine, passing, 'session-missing', io);
  const stated = machine.listeners?.get(isTcp ? 6 : 17) ?? EMPTY;
  if (!io.ask.within(flow.dport, stated, machine.at)) {
    if (!isTcp && isClientPort(machine, flow, io))
      return unreachable(machine, passing, 'session-missing', io);
    if (machine.listeners) return (isTcp ? reset : unreachable)(machine, passing, 'listener-missing', io);
    io.note({ type: 'assumed', code: 'listener-presumed', about: machine.node });
  }
  if (!isTcp) io.sessions.stage(servedBy(machine), { original: flow, reply: reverse(flow) });
  return deliverTo;
}

type Refused = 'listener-missing' | 'session-missing';

/** Refuses a datagram: ICMP port unreachable. */
function unreachable(machine: LinuxMachine, { packet, in: port }: Passing, reason: Refused, io: Io): Action {
  const code = PORT_UNREACHABLE[familyNumber(ipOf(packet)!.proto)];
  sendUnreachable(machine, packet, code, reason, io, port);
  return { do: 'drop', reason, at: machine.at, packet };
}

/**
 * Refuses a segment: a SYN for a closed port, or a SYN,ACK that answers no SYN of this machine, which not even a listener
 * takes.
 */
function reset(machine: LinuxMachine, { packet }: Passing, reason: Refused, io: Io): Action {
  const { proto, dscp } = ipOf(packet)!;
  const answer = resetOf(packet, initialTtl(machine, familyNumber(proto)), io);
  // tcp_v4_send_reset and tcp_v6_send_reset give the segment's traffic class back.
  if (answer) io.originate(dscp ? rewrite(answer, { dscp }) : answer, reason);
  return { do: 'drop', reason, at: machine.at, packet };
}
