/**
 * A tunnel as a device between what it carries packets for and the kernel whose packets it makes:
 *
 *      bridge or kernel <-> NAME [ tunnel ] OUTER <-> kernel: its own output, its input
 */
import { frameOf, ipOf, type Packet } from '../../packet/packet.ts';
import { familyOf, formatAddress } from '../../value/address.ts';
import { constant, type Term } from '../../value/term.ts';
import type { Action, Copy, Device, Io } from '../../walk/device.ts';
import type { Event, Place } from '../../walk/event.ts';
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
  const ends = endsOf(endpoint, node, packet, io);
  const [only] = ends;
  if (only && ends.length === 1) return sentTo(endpoint, packet, only, underlay, io);
  const copies = ends.flatMap((to): readonly Copy[] => {
    const events: Event[] = [];
    const own: Io = { ...io, note: (event) => events.push(event) };
    const action = sentTo(endpoint, packet, to, underlay, own);
    return action.do === 'send' ? [{ ...action, events }] : [];
  });
  return copies.length > 0 ? { do: 'flood', copies } : { do: 'drop', reason: 'packet-too-big', at };
}

/** The ends that get a frame: those that the address is behind, as was told or learned, else all that get what is for nobody known (vxlan_xmit). */
function endsOf(
  endpoint: TunnelEndpoint,
  node: string,
  packet: Packet,
  { ask, sessions }: Io,
): readonly Term[] {
  const { remote, others = [remote], stations } = endpoint;
  const frame = frameOf(packet);
  if (!frame) return [constant(remote)];
  const told = stations && ask.lookup(frame.dst, { find: (mac) => stations.get(mac) }, undefined);
  const learned = told ? undefined : sessions.recall(tableOf(endpoint, node), frame.dst)?.end;
  return learned ? [learned] : (told?.ends ?? others).map(constant);
}

function sentTo(endpoint: TunnelEndpoint, packet: Packet, to: Term, underlay: Underlay, io: Io): Action {
  const outer = encapsulate(endpoint, packet, underlay, io, to);
  const family = familyOf(endpoint.remote);
  const path = underlay.path?.(family, ipOf(outer)!.dst, endpoint.dev, io.ask);
  const refused = path && checkPath(endpoint, packet, outer, path, io);
  return refused ?? { do: 'send', port: OUTER, packet: outer };
}

function leave(endpoint: TunnelEndpoint, node: string, packet: Packet, io: Io): Action {
  const inner = decapsulate(endpoint, packet, io);
  if ('do' in inner) return inner;
  const frame = frameOf(inner);
  if (frame && endpoint.isLearning) {
    const moved = elsewhere(endpoint, frame.src, ipOf(packet)!.src, io);
    if (moved) return moved;
    io.sessions.learn(tableOf(endpoint, node), frame.src, { end: ipOf(packet)!.src });
  }
  return { do: 'send', port: endpoint.name, packet: inner };
}

/** What is told of a station is not changed by what is learned, and frames that say otherwise are lost (vxlan_snoop). */
function elsewhere(
  { stations, name }: TunnelEndpoint,
  mac: Term,
  from: Term,
  { ask }: Io,
): Action | undefined {
  const told = stations && ask.lookup(mac, { find: (value) => stations.get(value) }, undefined);
  const [end] = told?.ends ?? [];
  if (!told || end === undefined || ask.same(from, constant(end), told.at)) return undefined;
  const note = `${name} has the sender behind ${formatAddress(end)}`;
  return { do: 'drop', reason: 'tunnel-station-elsewhere', at: told.at, note };
}
