/** Puts a tunnel's headers around a packet as its sender does: ip_tunnel_xmit, vxlan_xmit_one, geneve_xmit; tnl_port_send of OVS. */
import { flowOf, ipOf, lengthOf, push, type Header, type Ip, type Packet } from '../../packet/packet.ts';
import { familyOf, type Family } from '../../value/address.ts';
import { masked } from '../../value/bits.ts';
import { hashed } from '../../value/hash.ts';
import { range, single } from '../../value/integer-set.ts';
import { constant, ZERO, type Term } from '../../value/term.ts';
import type { Ask } from '../../walk/ask.ts';
import type { Io } from '../../walk/device.ts';
import type { TunnelEndpoint } from './endpoint.ts';
import { erspanHeaders, toldByLinux } from './erspan.ts';
import type { Path } from './too-big.ts';

/** What a tunnel asks of the kernel that sends its packets. */
export interface Underlay {
  /** TTL or hop limit of what the kernel sends. */
  ttl(family: Family): number;
  /** The source that it gives a packet to this address; undefined when there is no way. */
  source(family: Family, to: Term, dev: string | undefined, ask: Ask): Term | undefined;
  /** Its way to this address, of tunnels that say what is too large for it; undefined when there is none. */
  path?(family: Family, to: Term, dev: string | undefined, ask: Ask): Path | undefined;
}

/** The packet in its tunnel, to the other end or another that is known, and the event that says so. */
export function encapsulate(
  endpoint: TunnelEndpoint,
  packet: Packet,
  underlay: Underlay,
  io: Io,
  to: Term = constant(endpoint.remote),
): Packet {
  const headers: readonly Header[] = [
    outerIp(endpoint, to, innerIp(packet), underlay, io.ask),
    ...limitOf(endpoint, packet),
    ...(endpoint.port === 0 ? [] : [udp(endpoint, packet)]),
    ...shimOf(endpoint, packet, endpoint.sequence ? constant(io.sessions.count(endpoint.at)) : undefined),
  ];
  const outer = push(packet, ...headers);
  const octets = lengthOf(outer) - lengthOf(packet);
  io.note({ type: 'pushed', tunnel: nameOf(endpoint), headers, octets, at: endpoint.at });
  return outer;
}

/** As reports name what was put on; an IP header alone by the type of its Linux device. */
export function nameOf({ encapsulation, carries, remote, erspan }: TunnelEndpoint): string {
  if (erspan) return erspan.type;
  if (encapsulation === 'gre') return carries === 'frame' ? 'gretap' : 'gre';
  if (encapsulation !== 'ip') return encapsulation;
  if (familyOf(remote) === 6) return 'ip6tnl';
  return carries !== 'frame' && carries.includes(4) ? 'ipip' : 'sit';
}

/** The IP header that a packet or an untagged frame begins with. */
const innerIp = (packet: Packet): Ip | undefined => {
  const ip = ipOf(packet);
  const [first, second] = packet.headers;
  return ip && (first === ip || (first?.proto === 'ethernet' && second === ip)) ? ip : undefined;
};

function outerIp(
  endpoint: TunnelEndpoint,
  dst: Term,
  inner: Ip | undefined,
  underlay: Underlay,
  ask: Ask,
): Ip {
  const { local, remote, dev } = endpoint;
  const family = familyOf(remote);
  const dscp = dscpOf(endpoint, inner);
  const isBlind = endpoint.isBlindToCongestion === true && endpoint.tos !== 'inherit';
  const ecn = inner?.ecn && !isBlind ? ecnFrom(inner.ecn, ask) : undefined;
  const df = family === 4 && dfOf(endpoint, inner);
  const src = local === undefined ? (underlay.source(family, dst, dev, ask) ?? ZERO) : constant(local);
  return {
    proto: family === 4 ? 'ipv4' : 'ipv6',
    src,
    dst,
    ttl: ttlOf(endpoint, inner, underlay),
    ...(dscp && { dscp }),
    ...(ecn && { ecn }),
    ...(df && { df }),
  };
}

function ttlOf({ ttl, remote }: TunnelEndpoint, inner: Ip | undefined, underlay: Underlay): Term {
  if (ttl === 'inherit' && inner) return inner.ttl;
  return constant(typeof ttl === 'number' ? ttl : underlay.ttl(familyOf(remote)));
}

const dscpOf = ({ tos }: TunnelEndpoint, inner: Ip | undefined): Term | undefined =>
  tos === 'inherit' ? inner?.dscp : tos < 4 ? undefined : constant(tos >> 2);

const CONGESTED = single(3);
const ECT_0 = constant(2);

/** INET_ECN_encapsulate: copied, but congestion stays inside (RFC 3168 section 9.1.1, full functionality). */
const ecnFrom = (ecn: Term, ask: Ask): Term | undefined =>
  ask.within(ecn, CONGESTED, undefined) ? ECT_0 : ask.within(ecn, range(1, 2), undefined) ? ecn : undefined;

const SET = constant(1);

function dfOf({ df }: TunnelEndpoint, inner: Ip | undefined): Term | undefined {
  switch (df) {
    case 'set':
      return SET;
    case 'unset':
      return undefined;
    case 'inherit':
      return inner?.proto === 'ipv6' ? SET : inner?.df;
    case 'inherit-ipv4':
      return inner?.proto === 'ipv6' ? undefined : inner?.df;
    default:
      return df satisfies never;
  }
}

/** RFC 7348 section 5 wants a port of 49152 to 65535 by a hash of the inner flow; which one is the sender's own. */
const entropyPort = (packet: Packet): Term => {
  const [first] = packet.headers;
  if (ipOf(packet)) {
    const { src, dst, proto, sport, dport } = flowOf(packet);
    return hashed([src, dst, proto, sport, dport], 61_440, 0xfff);
  }
  return hashed(first?.proto === 'ethernet' ? [first.src, first.dst] : [], 61_440, 0xfff);
};

const udp = ({ port, checksum }: TunnelEndpoint, packet: Packet): Header => ({
  proto: 'udp',
  sport: entropyPort(packet),
  dport: constant(port),
  ...(!checksum && { checksum: ZERO }),
});

/** Options with the limit of encapsulations; ERSPAN has them around IP alone (ip6erspan_tunnel_xmit). */
export function limitOf({ limit, erspan }: TunnelEndpoint, packet?: Packet): readonly Header[] {
  const isLeftOut = limit === undefined || (erspan && packet && !innerIp(packet));
  return isLeftOut ? [] : [{ proto: 'destination-options', limit: constant(limit) }];
}

/** The headers between UDP or IP and what is carried: `packet`, the one of this number. */
export function shimOf(
  { encapsulation, key, checksum, sequence, erspan, remote }: TunnelEndpoint,
  packet?: Packet,
  seq: Term = ZERO,
): readonly Header[] {
  const own = constant(key.out ?? 0);
  switch (encapsulation) {
    case 'vxlan':
    case 'geneve':
      return [{ proto: encapsulation, vni: masked(own, 0xffffff) }];
    case 'gre':
      return [
        {
          proto: 'gre',
          ...(checksum && { checked: SET }),
          ...(key.out !== undefined && { key: own }),
          ...(sequence && { seq }),
        },
      ];
    case 'erspan': {
      const told = packet && erspan!.sender === 'linux' ? toldByLinux(packet, familyOf(remote)) : undefined;
      return erspanHeaders(erspan!, own, seq, told);
    }
    case 'ip':
      return [];
    default:
      return encapsulation satisfies never;
  }
}
