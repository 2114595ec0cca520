/** Targets that change the packet, its mark, or what is known of its flow; the next rule follows. */
import { blended, clamped, masked, remarked, upper } from '../../value/bits.ts';
import { ZERO, type Term } from '../../value/term.ts';
import { ipOf, rewrite, type Packet } from '../../packet/packet.ts';
import type { Io } from '../../walk/device.ts';
import type { Event } from '../../walk/event.ts';
import type { Machine, Passing } from './machine.ts';
import type { Connmark, Target } from './ruleset.ts';
import { tosOf } from './subject.ts';
import { mssOf } from '../segment-size.ts';
import { clampedMss } from './tcpmss.ts';
import { UNTRACKED, withEntry } from './tracked.ts';

/** What events tell of it. */
type Told = 'mark' | 'connmark' | 'ttl' | 'dscp' | 'ecn' | 'mss';

export type Change = Extract<
  Target,
  { readonly do: 'mark' | 'connmark' | 'ttl' | 'tos' | 'flags' | 'mss' | 'untrack' | 'template' }
>;

type Rewrote = Extract<Event, { readonly type: 'rewrote' }>;
/** The table, chain and rule that the change is put down to. */
export type Place = Pick<Rewrote, 'table' | 'chain' | 'rule' | 'at'>;

/** The packet after the target. */
export function changed(target: Change, passing: Passing, place: Place, machine: Machine, io: Io): Passing {
  const told = (kind: Rewrote['kind'] & Told, before: Term, after: Term): Term => {
    if (!io.ask.same(before, after, undefined))
      io.note({ type: 'rewrote', kind, field: kind, before, after, ...place });
    return after;
  };
  switch (target.do) {
    case 'mark': {
      const mark = remarked(passing.mark, target.mask, target.bits);
      return { ...passing, mark: told('mark', passing.mark, mark) };
    }
    case 'connmark':
      return connmark(target, passing, machine, io, told);
    case 'ttl': {
      const { ttl } = ipOf(passing.packet)!;
      const after = clamped(target.how === 'set' ? ZERO : ttl, target.by, 0, 255);
      return { ...passing, packet: rewrite(passing.packet, { ttl: told('ttl', ttl, after) }) };
    }
    case 'tos': {
      const { dscp = ZERO, ecn = ZERO } = ipOf(passing.packet)!;
      const after = remarked(tosOf(passing), target.mask, target.bits);
      if (io.ask.same(tosOf(passing), after, undefined)) return passing;
      const fields = { dscp: told('dscp', dscp, upper(after, 2)), ecn: told('ecn', ecn, masked(after, 3)) };
      return { ...passing, packet: rewrite(passing.packet, fields) };
    }
    case 'flags':
      return { ...passing, packet: withoutFlags(passing.packet, target.cleared) };
    case 'mss': {
      const packet = clampedMss(target.to, passing, machine, io.ask);
      const [before, after] = [mssOf(passing.packet), mssOf(packet)];
      if (after !== undefined) told('mss', before ?? ZERO, after);
      return { ...passing, packet };
    }
    // xt_ct_target: a packet that has its flow, or a template, keeps it.
    case 'untrack':
      return passing.tracked || passing.template ? passing : { ...passing, tracked: UNTRACKED };
    case 'template': {
      if (passing.tracked || passing.template) return passing;
      if (target.helper !== undefined) io.note({ type: 'assumed', code: 'helper', about: target.helper });
      return { ...passing, template: { zones: target.zones, helper: target.helper } };
    }
    default:
      return target satisfies never;
  }
}

const withoutFlags = ({ headers, ...rest }: Packet, cleared: number): Packet => ({
  ...rest,
  headers: headers.map((header) =>
    header.proto === 'tcp' ? { ...header, flags: masked(header.flags, 0xff & ~cleared) } : header,
  ),
});

/** xt_connmark.c, connmark_tg_shift; a packet without a flow is left alone. */
function connmark(
  { how, ctmask, nfmask, bits }: Connmark,
  passing: Passing,
  machine: Machine,
  io: Io,
  told: (kind: 'mark' | 'connmark', before: Term, after: Term) => Term,
): Passing {
  const { tracked, mark } = passing;
  if (!tracked?.flows) return passing;
  const before = tracked.entry.mark;
  if (how === 'restore')
    return { ...passing, mark: told('mark', mark, blended(mark, nfmask, before, ctmask)) };
  const after = how === 'set' ? remarked(before, ctmask, bits) : blended(before, ctmask, mark, nfmask);
  if (io.ask.same(before, told('connmark', before, after), undefined)) return passing;
  return { ...passing, tracked: withEntry(tracked, { ...tracked.entry, mark: after }, machine, io) };
}
