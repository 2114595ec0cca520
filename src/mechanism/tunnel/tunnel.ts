/**
 * A tunnel as a device between what it carries packets for and the kernel whose packets it makes:
 *
 *      bridge or kernel <-> NAME [ tunnel ] OUTER <-> kernel: its own output, its input
 */
import { frameOf, ipOf, type Packet } from '../../packet/packet.ts';
import { familyOf } from '../../value/address.ts';
import type { Action, Device, Io } from '../../walk/device.ts';
import type { Place } from '../../walk/event.ts';
import { decapsulate } from './decapsulate.ts';
import { encapsulate, type Underlay } from './encapsulate.ts';
import { checkPath } from './too-big.ts';
import type { TunnelEndpoint } from './endpoint.ts';

/** The port towards the kernel that sends and receives the outer packets. */
export const OUTER = 'outer';

/** Tunnels that one packet may be in at a time on one machine (XMIT_RECURSION_LIMIT). */
const DEEPEST = 8;

export const tunnel = (
  endpoint: TunnelEndpoint,
  place: Pick<Place, 'node' | 'kind' | 'where'>,
  underlay: Underlay,
): Device => ({
  ...place,
  name: `${place.node}:${endpoint.name}`,
  phase: endpoint.name,
  unseen: new Set([endpoint.name, OUTER]),
  receive: (port, packet, io) =>
    port === OUTER
      ? leave(endpoint, place.node, packet, io)
      : enter(endpoint, place.node, packet, underlay, io),
  originate: (packet) => ({ do: 'send', port: endpoint.name, packet }),
});

/** What a vxlan knows of the MAC addresses behind its other ends. */
const tableOf = ({ name }: TunnelEndpoint, node: string): string => `${node}/${name}/ends`;

function enter(endpoint: TunnelEndpoint, node: string, packet: Packet, underlay: Underlay, io: Io): Action {
  const { at, carries } = endpoint;
  const [first] = packet.headers;
  if (carries !== 'frame' && !carries.includes(first?.proto === 'ipv6' ? 6 : 4))
    return { do: 'drop', reason: 'tunnel-selector-mismatch', at };
  if (packet.headers.filter(({ proto }) => proto === 'ipv4' || proto === 'ipv6').length > DEEPEST)
    return { do: 'drop', reason: 'tunnel-recursion', at };
  const known = frameOf(packet) && io.sessions.recall(tableOf(endpoint, node), frameOf(packet)!.dst);
  const outer = encapsulate(endpoint, packet, underlay, io, known?.end);
  const family = familyOf(endpoint.remote);
  const path = underlay.path?.(family, ipOf(outer)!.dst, endpoint.dev, io.ask);
  const refused = path && checkPath(endpoint, packet, outer, path, io);
  return refused ?? { do: 'send', port: OUTER, packet: outer };
}

function leave(endpoint: TunnelEndpoint, node: string, packet: Packet, io: Io): Action {
  const inner = decapsulate(endpoint, packet, io);
  if ('do' in inner) return inner;
  const frame = frameOf(inner);
  if (frame && endpoint.isLearning)
    io.sessions.learn(tableOf(endpoint, node), frame.src, { end: ipOf(packet)!.src });
  return { do: 'send', port: endpoint.name, packet: inner };
}
