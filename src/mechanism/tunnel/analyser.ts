/** Mirror sessions to the address of an analyser: copies in ERSPAN over GRE (draft-foschiano-erspan-03). */
import { push, type Header, type Packet } from '../../packet/packet.ts';
import { familyOf, type Address } from '../../value/address.ts';
import { constant } from '../../value/term.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Device, Io } from '../../walk/device.ts';
import type { MirrorCopy, Watched } from '../mirror.ts';
import { erspanHeaders, type Erspan } from './erspan.ts';

export interface Analyser {
  readonly name: string;
  /** Of the outer packets. */
  readonly from: Address;
  readonly to: Address;
  readonly type: Erspan['type'];
  /** 0 to 1023; type I has none. */
  readonly session: number;
  /** One of so many frames is copied. */
  readonly rate: number;
  readonly at: Cite;
}

/** The copy, which `by` sends by its own routes; none of a frame that is left out. */
export function copiesTo(
  { name, from, to, type, session, rate, at }: Analyser,
  by: Device,
  { frame, direction }: Watched,
  io: Io,
): readonly MirrorCopy[] {
  if (rate > 1) io.note({ type: 'assumed', code: 'mirror-sampled', about: name });
  if (io.sessions.count(`${at} ${from} ${to} seen`) % rate !== 0) return [];
  const family = familyOf(to);
  const ip: Header = {
    proto: family === 4 ? 'ipv4' : 'ipv6',
    src: constant(from),
    dst: constant(to),
    ttl: constant(by.ttl?.(family) ?? 64),
  };
  const erspan: Erspan = { type, isEgress: direction === 'egress', sender: 'switch' };
  const seq = constant(io.sessions.count(`${at} ${from} ${to}`));
  const packet: Packet = push(frame, ip, ...erspanHeaders(erspan, constant(session), seq));
  return [{ packet, by }];
}
