/** ICMP errors that the kernel sends about packets of others. */
import type { Address } from '../../value/address.ts';
import { ICMP_TYPE } from '../../packet/icmp.ts';
import { ipOf, type Packet } from '../../packet/packet.ts';
import type { Io } from '../../walk/device.ts';
import { familyNumber, icmpError } from '../ttl.ts';
import type { LinuxMachine } from './machine.ts';

/** Destination unreachable with this code, to the packet's source. */
export function sendUnreachable(
  machine: LinuxMachine,
  packet: Packet,
  code: number,
  cause: string,
  io: Io,
): void {
  const error = icmpError(
    packet,
    ICMP_TYPE[familyNumber(ipOf(packet)!.proto)].unreachable,
    code,
    addressesTowards(machine, packet, io),
  );
  if (error) io.originate(error, cause);
}

/** Addresses of the interface by which an answer to the packet's source would leave: the first is an error's source. */
export function addressesTowards(machine: LinuxMachine, packet: Packet, io: Io): readonly Address[] {
  const back = machine.routing.lookup(ipOf(packet)!.src, io.ask);
  return (machine.interfaces.get(back?.dev ?? '') ?? [...machine.interfaces.values()].flat()).map(
    (one) => one.address,
  );
}
