/** ARP: who has an IPv4 address (arp_solicit), and what the kernel makes of what it hears (arp_process). */
import { ARP_REPLY, ARP_REQUEST, type Arp } from '../../packet/arp.ts';
import { BROADCAST_MAC } from '../../packet/ethernet.ts';
import { ipOf, type Packet } from '../../packet/packet.ts';
import { single } from '../../value/integer-set.ts';
import { constant, ZERO, type Term } from '../../value/term.ts';
import type { Action, Io, Question } from '../../walk/device.ts';
import { SCOPE, selectAddress } from './interface.ts';
import type { LinuxMachine } from './machine.ts';
import { learnNeighbour } from './neighbour-table.ts';
import { answers } from './neighbour.ts';

const REPLY = single(ARP_REPLY);

/** The sender is the waiting packet's source if that is the machine's own, else an address of the interface (arp_announce 0). */
export function arpQuestion(
  machine: LinuxMachine,
  port: string,
  target: Term,
  waiting: Packet,
  { ask }: Io,
): Question {
  const src = ipOf(waiting)?.src;
  const chosen = selectAddress(machine.interfaces, port, target, SCOPE.link, ask);
  const sender = src && machine.routing.isLocal(src, ask) ? src : constant(chosen ?? 0);
  const packet = frame(BROADCAST_MAC, {
    proto: 'arp',
    operation: constant(ARP_REQUEST),
    senderMac: macOf(machine, port),
    sender,
    targetMac: ZERO,
    target,
  });
  return { packet, send: () => ({ do: 'send', port, packet }) };
}

/** A reply is believed, a request is answered if the machine answers for its target; either way its sender is learned. */
export function receiveArp(machine: LinuxMachine, port: string, packet: Packet, arp: Arp, io: Io): Action {
  const isReply = io.ask.within(arp.operation, REPLY, undefined);
  if (!isReply && !answers(machine, port, arp.target, io.ask))
    return { do: 'drop', reason: 'neighbour-missing', at: machine.at };
  if (!io.ask.within(arp.sender, single(0), undefined))
    learnNeighbour(machine, port, arp.sender, arp.senderMac, io);
  if (isReply) return { do: 'deliver', packet };
  const reply = frame(arp.senderMac, {
    proto: 'arp',
    operation: constant(ARP_REPLY),
    senderMac: macOf(machine, port),
    sender: arp.target,
    targetMac: arp.senderMac,
    target: arp.sender,
  });
  return { do: 'send', port, packet: reply };
}

const frame = (dst: Term, arp: Arp): Packet => ({
  headers: [{ proto: 'ethernet', src: arp.senderMac, dst }, arp],
  payload: 0,
});

const macOf = ({ macs }: LinuxMachine, port: string): Term => macs.get(port) ?? ZERO;
