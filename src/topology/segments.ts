/** Who is on a plain segment, and where a packet that is sent on it arrives. */
import type { Neighbour, Segment } from '../kinds/premises.ts';
import type { Address, Value } from '../value/address.ts';
import { constant, type Term } from '../value/term.ts';
import type { Ask } from '../walk/ask.ts';
import { below } from '../walk/cite.ts';
import type { Carried, Device, Endpoint, Link } from '../walk/device.ts';

/** The segment as `from` sees it: itself excepted, whoever is there. */
export function segmentLink(
  segment: Segment,
  stations: readonly Neighbour[],
  from: { readonly node: string; readonly port: string },
  device: (name: string) => Device,
): Link {
  const others = stations.filter((one) => one.node !== from.node || one.port !== from.port);
  const absent: Carried = segment.isOpen
    ? { left: `segment ${segment.name}`, isAnswered: true }
    : { reason: 'neighbour-missing' };
  const limit = segment.mtu === undefined ? {} : { mtu: segment.mtu, at: below(segment.at, 'mtu') };
  if (segment.isPointToPoint) {
    const [other] = others;
    return { ...limit, carry: () => (other ? { to: endpointOf(other, device) } : absent) };
  }
  const configured = ownersOf(others);
  return {
    ...limit,
    carry: (_packet, nextHop, ask) => {
      if (!nextHop) return absent;
      const owner = resolve(nextHop, configured, others, device, ask);
      return owner ? { to: endpointOf(owner, device), mac: constant(owner.mac) } : absent;
    },
  };
}

/** Who answers for an address: the station that has it on this segment, else the first that does though it has it elsewhere. */
function resolve(
  address: Term,
  configured: ReadonlyMap<Value, Neighbour>,
  stations: readonly Neighbour[],
  device: (name: string) => Device,
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

const endpointOf = ({ node, port }: Neighbour, device: (name: string) => Device): Endpoint => ({
  device: device(node),
  port,
});
