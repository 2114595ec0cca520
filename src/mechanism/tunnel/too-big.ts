/**
 * What a vxlan or a geneve that is a port of a bridge says of frames that are too large for the way to its other end
 * (skb_tunnel_check_pmtu): no router is there to tell the sender, so it answers in the name of the receiver.
 */
import { frameOf, ipOf, lengthOf, pop, push, roomIn, type Ip, type Packet } from '../../packet/packet.ts';
import { constant } from '../../value/term.ts';
import type { Action, Io } from '../../walk/device.ts';
import { mayBeCut, tooBig } from '../mtu.ts';
import { familyNumber, icmpError } from '../ttl.ts';
import type { TunnelEndpoint } from './endpoint.ts';

/** The way of a tunnel's packets: the port that they leave by, and octets of the largest. */
export interface Path {
  readonly port: string;
  readonly mtu: number;
}

/** Below these an error says nothing that a sender would believe: RFC 791, RFC 8200. */
const LEAST = { ipv4: 576, ipv6: 1280 } as const;

/** A drop of a frame in its tunnel; undefined when it goes on, be it in fragments. */
export function checkPath(
  { encapsulation, at }: TunnelEndpoint,
  frame: Packet,
  outer: Packet,
  path: Path,
  io: Io,
): Action | undefined {
  const inner = pop(frame, 1);
  const [ip] = inner.headers;
  const isIp = ip?.proto === 'ipv4' || ip?.proto === 'ipv6';
  if ((encapsulation !== 'vxlan' && encapsulation !== 'geneve') || !isIp) return undefined;
  const room = roomIn(outer.headers.slice(0, outer.headers.length - inner.headers.length), path.mtu);
  if (lengthOf(inner) <= room || room < LEAST[ip.proto] || mayBeCut(inner, io)) return undefined;
  const error = errorAbout(inner, ip, room);
  if (!error) return undefined;
  io.note({ type: 'mtu', ...path, did: 'refused', packet: outer });
  const { src, dst } = frameOf(frame)!;
  io.originate(push(error, { proto: 'ethernet', src: dst, dst: src }), 'packet-too-big');
  return { do: 'drop', reason: 'packet-too-big', at, packet: inner };
}

/** From the receiver's address, with the TTL that the packet had and no class (iptunnel_pmtud_build_icmp). */
function errorAbout(packet: Packet, { dst, ttl, proto }: Ip, room: number): Packet | undefined {
  const made = icmpError(packet, tooBig(familyNumber(proto), room), dst);
  if (!made) return undefined;
  const { src, dst: sender } = ipOf(made)!;
  const df = proto === 'ipv4' && { df: constant(1) };
  return { ...made, headers: [{ proto, src, dst: sender, ttl, ...df }, ...made.headers.slice(1)] };
}
