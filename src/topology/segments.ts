/** Who is on a plain segment, and where a packet that is sent on it arrives. */
import type { Neighbour, Segment } from '../kinds/premises.ts';
import { frameOf } from '../packet/packet.ts';
import { GROUP_MACS } from '../packet/ethernet.ts';
import type { Address, Value } from '../value/address.ts';
import { constant, type Term } from '../value/term.ts';
import type { Ask } from '../walk/ask.ts';
import { below } from '../walk/cite.ts';
import type { Carried, Device, Endpoint, Link } from '../walk/device.ts';

type Find = (name: string) => Device;

/** The segment as `from` sees it: itself excepted, whoever is there. Where a bridge is plugged in, or a neighbour stated, packets travel in frames. */
export function segmentLink(
  segment: Segment,
  stations: readonly Neighbour[],
  from: { readonly node: string; readonly port: string },
  device: Find,
): Link {
  const own = stations.find((one) => one.node === from.node && one.port === from.port);
  const others = stations.filter((one) => one !== own);
  const absent: Carried = segment.isOpen
    ? { left: `segment ${segment.name}`, isAnswered: true }
    : { reason: 'neighbour-missing' };
  const framed = own && stations.some(isOfFrames) && { framed: { mac: constant(own.mac) } };
  const shared = {
    ...framed,
    ...(segment.mtu !== undefined && { mtu: segment.mtu, at: below(segment.at, 'mtu') }),
  };
  if (segment.isPointToPoint) {
    const [other] = others;
    return { ...shared, carry: () => (other ? { to: endpointOf(other, device) } : absent) };
  }
  if (framed) return { ...shared, carry: carryFrames(others, absent, device) };
  const configured = ownersOf(others);
  return {
    ...shared,
    carry: (_packet, nextHop, ask) => {
      if (!nextHop) return absent;
      const owner = resolve(nextHop, configured, others, device, ask);
      return owner ? { to: endpointOf(owner, device), mac: constant(owner.mac) } : absent;
    },
  };
}

const isOfFrames = ({ bridge, hasTable }: Neighbour): boolean => bridge !== undefined || hasTable === true;

const isBridged = ({ bridge }: Neighbour): boolean => bridge !== undefined;

/**
 * As a switch that knows its stations: a frame for one of them goes there, one for an address that none of them has to the
 * bridges, behind which it may be, and one for many to everyone.
 */
function carryFrames(others: readonly Neighbour[], absent: Carried, device: Find): Link['carry'] {
  const stations = new Map<Value, Neighbour>(
    others.filter((one) => !isBridged(one)).map((one) => [one.mac, one]),
  );
  const bridges = others.filter(isBridged);
  const left = 'left' in absent ? absent.left : undefined;
  const nobody: Carried = left === undefined ? { reason: 'frame-other-host' } : absent;
  const among = (ends: readonly Neighbour[]): Carried =>
    ends.length === 0 ? nobody : { among: ends.map((one) => endpointOf(one, device)), left };
  return (packet, _nextHop, ask) => {
    const frame = frameOf(packet);
    if (!frame || ask.within(frame.dst, GROUP_MACS, undefined)) return among(others);
    const station = ask.lookup(frame.dst, { find: (mac) => stations.get(mac) }, undefined);
    return station ? { to: endpointOf(station, device) } : among(bridges);
  };
}

/** Who answers for an address: the station that has it on this segment, else the first that does though it has it elsewhere. */
function resolve(
  address: Term,
  configured: ReadonlyMap<Value, Neighbour>,
  stations: readonly Neighbour[],
  device: Find,
  ask: Ask,
): Neighbour | undefined {
  const isAnswering = ({ node, port }: Neighbour): boolean =>
    device(node).answers?.(port, address, ask) === true;
  const owner = ask.lookup(address, { find: (value) => configured.get(value) }, undefined);
  return owner && isAnswering(owner) ? owner : stations.find(isAnswering);
}

function ownersOf(stations: readonly Neighbour[]): ReadonlyMap<Value, Neighbour> {
  const owners = new Map<Address, Neighbour>();
  for (const station of stations)
    for (const address of station.addresses) if (!owners.has(address)) owners.set(address, station);
  return owners;
}

/** The NIC at its machine's kernel, or at the bridge that it is a port of. */
const endpointOf = ({ node, port, bridge }: Neighbour, device: Find): Endpoint => ({
  device: device(bridge === undefined ? node : `${node}:${bridge}`),
  port,
});
