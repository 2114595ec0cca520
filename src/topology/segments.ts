/** Who is on a plain segment, and where a packet that is sent on it arrives. */
import { endpointOf } from '../kinds/kind.ts';
import { crossingName, type InterSiteLink, type Neighbour, type Segment } from '../kinds/premises.ts';
import { frameOf, transportOf, type Packet } from '../packet/packet.ts';
import { GROUP_MACS } from '../packet/ethernet.ts';
import type { Address, Value } from '../value/address.ts';
import { setOf } from '../value/integer-set.ts';
import { hostPrefix } from '../value/prefix.ts';
import { constant, type Term } from '../value/term.ts';
import type { Ask } from '../walk/ask.ts';
import { below } from '../walk/cite.ts';
import type { Carried, Device, Endpoint, Link } from '../walk/device.ts';

type Find = (name: string) => Device;

/** Where nodes are, and what joins two places: a link that is up, if there is one. */
export interface Places {
  of(station: Neighbour): string | undefined;
  link(one: string, other: string): InterSiteLink | undefined;
}

type Reach = (station: Neighbour) => Endpoint;

/** The segment as `from` sees it: itself excepted, whoever is there. Where a bridge is plugged in, or a neighbour stated, packets travel in frames. */
export function segmentLink(
  segment: Segment,
  stations: readonly Neighbour[],
  from: { readonly node: string; readonly port: string },
  device: Find,
  places: Places,
): Link {
  const own = stations.find((one) => one.node === from.node && one.port === from.port);
  const here = own && places.of(own);
  const reach = reaching(segment, here, device, places);
  const others = nearFirst(
    segment,
    stations.filter((one) => one !== own),
    here,
    places,
  );
  const absent: Carried = segment.isOpen
    ? { left: `segment ${segment.name}`, isAnswered: true }
    : { reason: 'neighbour-missing' };
  const framed = own && stations.some(isOfFrames) && { framed: { mac: constant(own.mac) } };
  const shared = {
    ...framed,
    ...(segment.mtu !== undefined && { mtu: segment.mtu, at: below(segment.at, 'mtu') }),
  };
  if (segment.isPointToPoint) {
    const [other] = others.all;
    return { ...shared, carry: () => (other ? { to: reach(other) } : absent) };
  }
  if (framed) return { ...shared, carry: carryFrames(others, absent, reach) };
  const configured = ownersOf(others.all);
  return {
    ...shared,
    carry: (_packet, nextHop, ask) => {
      if (!nextHop) return absent;
      const owner = resolve(nextHop, configured, others.all, device, ask);
      return owner
        ? { to: reach(owner), mac: constant(owner.mac), owner: `${owner.node}/${owner.port}` }
        : absent;
    },
  };
}

/** To a station at another place a packet gets by the link that joins the two. */
const reaching =
  ({ name, stretched }: Segment, here: string | undefined, device: Find, places: Places): Reach =>
  (station) => {
    const there = stretched && places.of(station);
    const link =
      here === undefined || there === undefined || here === there ? undefined : places.link(here, there);
    return link
      ? { device: device(crossingName(link.name, name, station)), port: here! }
      : endpointOf(station, device);
  };

/**
 * Of gateways that share an address, each at its own place, the nearest answers: a link between places carries no question
 * for an address that somebody at the place of who asks has (HSRP localisation, anycast gateways).
 */
function nearFirst(
  { stretched }: Segment,
  stations: readonly Neighbour[],
  here: string | undefined,
  places: Places,
): Stations {
  if (!stretched) return { near: stations, all: stations };
  const isNear = (station: Neighbour): boolean => places.of(station) === here;
  const near = stations.filter(isNear);
  return { near, all: [...near, ...stations.filter((one) => !isNear(one))] };
}

/** The others on a segment, those at the same place first. */
interface Stations {
  readonly near: readonly Neighbour[];
  readonly all: readonly Neighbour[];
}

const isOfFrames = ({ bridge, isFramed }: Neighbour): boolean => bridge !== undefined || isFramed === true;

const isBridged = ({ bridge, isPassing }: Neighbour): boolean => bridge !== undefined || isPassing === true;

/**
 * As a switch that knows its stations: a frame for one of them goes there, one for an address that none of them has to the
 * bridges, behind which it may be, and one for many to everyone.
 */
function carryFrames({ near, all }: Stations, absent: Carried, reach: Reach): Link['carry'] {
  const stations = new Map<Value, Neighbour>(
    all.filter((one) => !isBridged(one)).map((one) => [one.mac, one]),
  );
  const bridges = all.filter(isBridged);
  const answered = setOf(near.flatMap(({ addresses }) => addresses.map(hostPrefix)));
  const left = 'left' in absent ? absent.left : undefined;
  const nobody: Carried = left === undefined ? { reason: 'frame-other-host' } : absent;
  const among = (ends: readonly Neighbour[]): Carried =>
    ends.length === 0 ? nobody : { among: ends.map(reach), left };
  return (packet, _nextHop, ask) => {
    const frame = frameOf(packet);
    if (!frame || ask.within(frame.dst, GROUP_MACS, undefined)) {
      const wanted = near === all ? undefined : askedFor(packet);
      return among(wanted && ask.within(wanted, answered, undefined) ? near : all);
    }
    const station = ask.lookup(frame.dst, { find: (mac) => stations.get(mac) }, undefined);
    return station ? { to: reach(station) } : among(bridges);
  };
}

/** The address that a frame asks for, in ARP or neighbour discovery. */
function askedFor(packet: Packet): Term | undefined {
  const arp = packet.headers.find((header) => header.proto === 'arp');
  const transport = transportOf(packet);
  return arp?.target ?? (transport?.proto === 'icmpv6' ? transport.target : undefined);
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
