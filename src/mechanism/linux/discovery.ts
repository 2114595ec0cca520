/** Neighbour discovery, RFC 4861 section 7.2: ndisc_solicit, ndisc_recv_ns and ndisc_recv_na. */
import { NEIGHBOUR, type Icmp } from '../../packet/icmp.ts';
import { ipOf, transportOf, type Packet } from '../../packet/packet.ts';
import { single } from '../../value/integer-set.ts';
import type { Address } from '../../value/address.ts';
import { constant, ZERO, type Term } from '../../value/term.ts';
import type { Action, Io } from '../../walk/device.ts';
import { ipv6Source } from './ipv6-source.ts';
import { UNBOUND } from './lookup.ts';
import type { LinuxMachine } from './machine.ts';
import { solicitedGroup } from './multicast.ts';
import { learnNeighbour } from './neighbour-table.ts';
import { answers } from './neighbour.ts';

/** Nothing from beyond a router has it: RFC 4861 section 7.1. */
const HOP_LIMIT = constant(255);
const SOLICITATION = single(NEIGHBOUR.solicitation);

/** The source is the waiting packet's if that is the machine's own, else one of the interface. */
export function solicitation(
  machine: LinuxMachine,
  port: string,
  target: Term,
  waiting: Packet,
  { ask }: Io,
): Packet {
  const src = ipOf(waiting)?.src;
  const found = <T>(find: (address: Address) => T): T | undefined => ask.lookup(target, { find }, undefined);
  const chosen = found((address) => ipv6Source(machine.interfaces, port, address));
  const group = found(solicitedGroup);
  const isOwn = src !== undefined && machine.routing.isLocal(src, ask);
  return message(isOwn ? src : chosen === undefined ? UNBOUND[6] : constant(chosen), constant(group!), {
    type: constant(NEIGHBOUR.solicitation),
    target,
    linkLayer: machine.macs.get(port) ?? ZERO,
  });
}

/** What the kernel makes of a message of neighbour discovery; undefined for any other packet. */
export function discover(
  machine: LinuxMachine,
  port: string,
  packet: Packet,
  io: Io,
): { readonly advertise: Packet } | Action | undefined {
  const transport = transportOf(packet);
  if (transport?.proto !== 'icmpv6' || transport.target === undefined) return undefined;
  const { target, linkLayer } = transport;
  const { src } = ipOf(packet)!;
  if (!io.ask.within(transport.type, SOLICITATION, undefined)) {
    if (linkLayer) learnNeighbour(machine, port, target, linkLayer, io);
    return { do: 'deliver', packet };
  }
  if (!answers(machine, port, target, io.ask))
    return { do: 'drop', reason: 'neighbour-missing', at: machine.at };
  if (linkLayer) learnNeighbour(machine, port, src, linkLayer, io);
  return { advertise: advertisement(machine, port, target, src) };
}

const advertisement = (machine: LinuxMachine, port: string, target: Term, to: Term): Packet =>
  message(target, to, {
    type: constant(NEIGHBOUR.advertisement),
    target,
    linkLayer: machine.macs.get(port) ?? ZERO,
    solicited: constant(1),
    override: constant(1),
  });

const message = (src: Term, dst: Term, said: Omit<Icmp, 'proto' | 'code' | 'id'>): Packet => ({
  headers: [
    { proto: 'ipv6', src, dst, ttl: HOP_LIMIT },
    { proto: 'icmpv6', code: ZERO, id: ZERO, ...said },
  ],
  payload: 0,
});
