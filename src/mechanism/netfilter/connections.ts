/** How many connections an address or network has that came to a rule: -m connlimit (net/netfilter/nf_conncount.c). */
import type { Value } from '../../value/address.ts';
import { masked } from '../../value/bits.ts';
import { ZERO } from '../../value/term.ts';
import type { Flow } from '../../packet/flow.ts';
import { flowOf, ipOf } from '../../packet/packet.ts';
import type { Io } from '../../walk/device.ts';
import type { Machine } from './machine.ts';
import type { Subject } from './subject.ts';
import { storeZone, type Entry } from './tracked.ts';

export interface Connections {
  /** Not more than this. */
  readonly upto: number;
  readonly side: 'src' | 'dst';
  /** Bits of the address that tell networks apart. */
  readonly mask: Value;
}

/** Whether the packet's network has at most so many, this one's included; `rule` names the rule. */
export function isWithin(
  { upto, side, mask }: Connections,
  rule: string,
  subject: Subject,
  machine: Machine,
  io: Io,
): boolean {
  const { packet, tracked } = subject.passing;
  const own = tracked?.flows?.original ?? flowOf(packet);
  const address = masked(ipOf(packet)![side], mask);
  const zone = `${machine.node}/connlimit/${rule}`;
  const key: Flow = { proto: ZERO, src: address, dst: ZERO, sport: ZERO, dport: ZERO };
  const session = io.sessions.find(zone, key, 'original')?.session;
  const known = (session?.state ?? []) as readonly Flow[];
  const conntrack = storeZone(machine, tracked?.entry.zones.original ?? 0);
  const others = known.filter((flow) => !isSame(flow, own, io) && isAlive(conntrack, flow, io));
  const isKnown = others.length < known.length && known.some((flow) => isSame(flow, own, io));
  if (!isKnown || others.length + 1 !== known.length)
    io.sessions.replace(zone, session, { original: key, reply: key, state: [...others, own] });
  return others.length + 1 <= upto;
}

/** A connection that is closed, or was never stored, does not count (already_closed, find_or_evict). */
function isAlive(zone: string, flow: Flow, io: Io): boolean {
  const found = io.sessions.find(zone, flow, 'original');
  const state = (found?.session.state as Entry | undefined)?.tcp?.state;
  return found !== undefined && state !== 'TW' && state !== 'CL';
}

const isSame = (a: Flow, b: Flow, io: Io): boolean =>
  (['proto', 'src', 'dst', 'sport', 'dport'] as const).every((field) =>
    io.ask.same(a[field], b[field], undefined),
  );
