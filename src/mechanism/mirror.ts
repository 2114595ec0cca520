/** Port mirroring: copies of the frames that pass a switch's ports. */
import type { Packet } from '../packet/packet.ts';
import type { Cite } from '../walk/cite.ts';
import type { Action, Device, Io } from '../walk/device.ts';
import type { Mirrored } from '../walk/event.ts';

export type MirrorDirection = Mirrored['direction'];

/** A frame that passes a port that is watched. */
export interface Watched {
  readonly frame: Packet;
  readonly port: string;
  readonly direction: MirrorDirection;
}

/** A copy, and who sends it; `out` is the port of the switch by which a copy leaves that goes to no address. */
export interface MirrorCopy {
  readonly packet: Packet;
  readonly by: Device;
  readonly out?: string;
}

export interface MirrorSession {
  readonly name: string;
  /** The directions in which a port is watched, as the switch sees them. */
  readonly sources: ReadonlyMap<string, ReadonlySet<MirrorDirection>>;
  /** A frame that passes several watched ports is copied once. */
  readonly isOnce: boolean;
  readonly at: Cite;
  copies(watched: Watched, io: Io): readonly MirrorCopy[];
}

/** The switch, with sessions that watch its ports. */
export const mirroring = (device: Device, sessions: readonly MirrorSession[]): Device => ({
  ...device,
  receive: (port, packet, io) => {
    const done = new Set<MirrorSession>();
    const watch = (watched: Watched): void => mirror(sessions, watched, done, io);
    watch({ frame: packet, port, direction: 'ingress' });
    const action = device.receive(port, packet, io);
    for (const out of copiesOf(action)) watch({ frame: out.packet, port: out.port, direction: 'egress' });
    return action;
  },
});

function copiesOf(action: Action): readonly { readonly port: string; readonly packet: Packet }[] {
  if (action.do === 'send') return [action];
  return action.do === 'flood' ? action.copies : [];
}

/** `done` are sessions that have a copy of the frame. */
function mirror(
  sessions: readonly MirrorSession[],
  watched: Watched,
  done: Set<MirrorSession>,
  io: Io,
): void {
  const { port, direction } = watched;
  for (const session of sessions) {
    const { name, at, isOnce } = session;
    if (session.sources.get(port)?.has(direction) !== true || (isOnce && done.has(session))) continue;
    const copies = session.copies(watched, io);
    if (copies.length > 0) done.add(session);
    for (const { packet, by, out } of copies)
      io.originate(packet, `copy for ${name}`, {
        by,
        mirrored: { session: name, port, direction, at, ...(out !== undefined && { out }) },
      });
  }
}
