/** Address translation by session: the packet becomes what the other tuple of its session says. */
import { flowOf, rewrite, type Packet } from '../packet/packet.ts';
import { reverse, type Flow } from '../packet/flow.ts';
import type { Term } from '../value/term.ts';
import type { Io } from '../walk/device.ts';
import type { NatKind, RuleFact } from '../walk/event.ts';
import type { Found } from '../walk/session.ts';

const FIELDS = ['src', 'dst', 'sport', 'dport'] as const;

/** What a packet of this session looks like behind the device: the other tuple, turned round. */
export const beyond = ({ session, direction }: Found): Flow =>
  reverse(direction === 'original' ? session.reply : session.original);

/** Gives the packet the addresses and ports of `to`, noting each field that changes. */
export function translate(
  packet: Packet,
  to: Flow,
  kind: NatKind,
  io: Io,
  about: { readonly table?: string; readonly rule?: RuleFact } = {},
): Packet {
  const from = flowOf(packet);
  const changed: Partial<Record<(typeof FIELDS)[number], Term>> = {};
  for (const field of FIELDS) {
    if (io.ask.same(from[field], to[field], about.rule?.at)) continue;
    changed[field] = to[field];
    io.note({
      type: 'rewrote',
      kind,
      field,
      before: from[field],
      after: to[field],
      ...about,
      at: about.rule?.at,
    });
  }
  const { src, dst, sport, dport } = changed;
  return rewrite(
    packet,
    { ...(src && { src }), ...(dst && { dst }) },
    { ...(sport && { sport }), ...(dport && { dport }) },
  );
}
