/** Port mirroring: copies of what passes a switch's ports, in ERSPAN over GRE to an analyser (draft-foschiano-erspan-03). */
import { push, type Header, type Packet } from '../packet/packet.ts';
import { familyOf, type Address } from '../value/address.ts';
import { constant } from '../value/term.ts';
import type { Cite } from '../walk/cite.ts';
import type { Action, Device, Io } from '../walk/device.ts';
import type { Mirrored } from '../walk/event.ts';
import { erspanHeaders, type Erspan } from './tunnel/erspan.ts';

export type MirrorDirection = Mirrored['direction'];

export interface MirrorSession {
  readonly name: string;
  /** The directions in which a port is watched, as the switch sees them. */
  readonly sources: ReadonlyMap<string, ReadonlySet<MirrorDirection>>;
  /** Of the outer packets. */
  readonly from: Address;
  readonly to: Address;
  readonly type: Erspan['type'];
  /** 0 to 1023; type I has none. */
  readonly session: number;
  readonly at: Cite;
}

/** The switch, with sessions that watch its ports; `sender` sends the copies, each by its own routes. */
export const mirroring = (
  device: Device,
  sessions: readonly MirrorSession[],
  sender: () => Device,
): Device => ({
  ...device,
  receive: (port, packet, io) => {
    const copy = (at: string, direction: MirrorDirection, frame: Packet): void =>
      mirror(sessions, at, direction, frame, sender, io);
    copy(port, 'ingress', packet);
    const action = device.receive(port, packet, io);
    for (const out of copiesOf(action)) copy(out.port, 'egress', out.packet);
    return action;
  },
});

function copiesOf(action: Action): readonly { readonly port: string; readonly packet: Packet }[] {
  if (action.do === 'send') return [action];
  return action.do === 'flood' ? action.copies : [];
}

function mirror(
  sessions: readonly MirrorSession[],
  port: string,
  direction: MirrorDirection,
  frame: Packet,
  sender: () => Device,
  io: Io,
): void {
  for (const session of sessions) {
    if (session.sources.get(port)?.has(direction) !== true) continue;
    const { name, at } = session;
    const by = sender();
    const copy = push(frame, ...headersOf(session, direction, by, io));
    const mirrored = { session: name, port, direction, at };
    io.originate(copy, `copy for ${name}`, { by, mirrored });
  }
}

function headersOf(
  { from, to, type, session, at }: MirrorSession,
  direction: MirrorDirection,
  sender: Device,
  { sessions }: Io,
): readonly Header[] {
  const family = familyOf(to);
  const ip: Header = {
    proto: family === 4 ? 'ipv4' : 'ipv6',
    src: constant(from),
    dst: constant(to),
    ttl: constant(sender.ttl?.(family) ?? 64),
  };
  const erspan: Erspan = { type, isEgress: direction === 'egress', sender: 'switch' };
  const seq = sessions.count(`${at} ${from} ${to}`);
  return [ip, ...erspanHeaders(erspan, constant(session), constant(seq))];
}
