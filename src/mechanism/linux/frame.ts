/** Frames as a machine's interface takes them: eth_type_trans, then the handler of what they carry. */
import { GROUP_MACS } from '../../packet/ethernet.ts';
import { frameOf, pop, type Packet } from '../../packet/packet.ts';
import type { Action, Io } from '../../walk/device.ts';
import { receiveArp } from './arp.ts';
import type { LinuxMachine } from './machine.ts';
import { taggedPort, vlanOf } from './vlan-device.ts';

/** `receive` takes the IP packet of a frame that is for the machine. A packet without a frame is on a link that has none. */
export function fromFrame(
  machine: LinuxMachine,
  port: string,
  packet: Packet,
  io: Io,
  receive: (packet: Packet) => Action,
): Action {
  const frame = frameOf(packet);
  if (!frame) return receive(packet);
  const vlan = vlanOf(machine.vlans, port, packet, io.ask);
  if (vlan) return { do: 'send', port: taggedPort(vlan), packet };
  const mac = machine.macs.get(port);
  const isOwn = mac !== undefined && io.ask.same(frame.dst, mac, machine.at);
  if (!isOwn && !io.ask.within(frame.dst, GROUP_MACS, undefined))
    return { do: 'drop', reason: 'frame-other-host', at: machine.at };
  const inner = packet.headers[1];
  if (inner?.proto === 'arp') return receiveArp(machine, port, packet, inner, io);
  if (inner?.proto === 'vlan')
    return {
      do: 'drop',
      reason: 'vlan-not-member',
      at: machine.at,
      note: `${port} has no interface of that VLAN`,
    };
  if (inner?.proto !== 'ipv4' && inner?.proto !== 'ipv6')
    return { do: 'unknown', missing: `what a frame of ${inner?.proto ?? 'nothing'} is for`, at: machine.at };
  io.note({ type: 'popped', tunnel: 'ethernet', headers: [frame] });
  return receive(pop(packet, 1));
}
