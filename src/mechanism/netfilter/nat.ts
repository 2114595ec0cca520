/**
 * Address translation (net/netfilter/nf_nat_core.c, nf_nat_inet_fn). The nat table is read for a flow's first packet only;
 * what it decided stands in the entry, and every packet of the flow, answers included, is translated from there.
 */
import { movedInto } from '../../value/bits.ts';
import { LOOPBACK } from '../../value/address.ts';
import { constant, type Term } from '../../value/term.ts';
import { reverse, type Flow } from '../../packet/flow.ts';
import type { Icmp } from '../../packet/icmp.ts';
import { hasPorts, ipOf, rewrite, transportOf, type Packet } from '../../packet/packet.ts';
import type { Io } from '../../walk/device.ts';
import type { NatKind, RuleFact } from '../../walk/event.ts';
import type { Found } from '../../walk/session.ts';
import { bound, isSame, nothing, only, type Others, type Wish } from './binding.ts';
import { findReply } from './conntrack.ts';
import { named, storeZone, type Binding, type Entry, type Tracked } from './tracked.ts';
import type { Hook, Manip } from './hook.ts';
import type { Machine, Passing } from './machine.ts';
import type { Rule, Translation } from './ruleset.ts';
import { sourceMapping } from './source-map.ts';

/** The rule that a first packet met in the nat table. */
export interface Decision {
  readonly target: Translation;
  readonly rule: Rule;
  readonly chain: string;
}

/** Whether the nat table must be read at this hook: the flow is new, and this end of it is undecided. */
export const isUndecided = ({ tracked }: Passing, manip: Manip): boolean =>
  tracked?.isFresh === true && tracked.entry[manip] === undefined;

/** Binds one end of a fresh flow as the rule says, or keeps it; undefined when the machine has no address for it. */
export function bind(
  passing: Passing,
  manip: Manip,
  decision: Decision | undefined,
  hook: Hook,
  machine: Machine,
  io: Io,
): Tracked | undefined {
  const tracked = passing.tracked!;
  const { original, reply } = tracked.flows!;
  const wish = decision ? wishOf(decision.target, manip, hook, passing, machine, io) : nothing(manip);
  if (wish === undefined) return undefined;
  const flow = reverse(reply);
  const next = bound(flow, tracked.entry.form, wish, othersOf(tracked, machine, io), io.ask);
  const isKept = (['src', 'dst', 'sport', 'dport'] as const).every((field) =>
    isSame(flow[field], next[field], io.ask),
  );
  if (manip === 'src' && !isSame(flow.sport, next.sport, io.ask))
    io.note({ type: 'assumed', code: 'nat-port' });
  const kind = isKept ? undefined : (decision?.target.kind ?? (manip === 'src' ? 'snat' : 'dnat'));
  const device = decision?.target.kind === 'masquerade' ? passing.out : undefined;
  const binding: Binding = { kind, at: decision?.rule.fact.at, device };
  return named({
    ...tracked,
    flows: { original, reply: reverse(next) },
    entry: { ...tracked.entry, [manip]: binding },
  });
}

function othersOf({ replaces, entry, flows }: Tracked, machine: Machine, io: Io): Others {
  const find = (tuple: Flow): Found | undefined => findReply(reverse(tuple), entry, machine, io);
  return {
    zone: entry.zones.original || entry.zones.reply,
    isUsed: (tuple) => {
      const found = find(tuple);
      return found !== undefined && found.session !== replaces;
    },
    isMirrored: (tuple) => {
      const found = find(tuple);
      const other = found?.session.state as Entry | undefined;
      const isPlain = !other?.src?.kind && !other?.dst?.kind && !entry.dst?.kind;
      return found?.direction === 'original' && isPlain && sameFlow(found.session.reply, flows!.original, io);
    },
    sourceOf: (flow) => sourceMapping(storeZone(machine, entry.zones.original), flow, io),
  };
}

const sameFlow = (a: Flow, b: Flow, io: Io): boolean =>
  (['proto', 'src', 'dst', 'sport', 'dport'] as const).every((field) => isSame(a[field], b[field], io.ask));

function wishOf(
  target: Translation,
  manip: Manip,
  hook: Hook,
  passing: Passing,
  machine: Machine,
  io: Io,
): Wish | undefined {
  const { ports, random, persistent } = target;
  const wish = { manip, ports, random, persistent };
  switch (target.kind) {
    case 'dnat':
    case 'snat':
      return { ...wish, addresses: target.addresses };
    case 'netmap': {
      const { first, last } = target.addresses!;
      return { ...wish, addresses: only(movedInto(ipOf(passing.packet)![manip], first, last)) };
    }
    case 'masquerade':
    case 'redirect': {
      const address = machineAddress(target.kind, hook, passing, machine, io);
      return address && { ...wish, addresses: only(address) };
    }
    default:
      return target.kind satisfies never;
  }
}

function machineAddress(
  kind: 'masquerade' | 'redirect',
  hook: Hook,
  passing: Passing,
  machine: Machine,
  io: Io,
): Term | undefined {
  const ip = ipOf(passing.packet)!;
  const family = ip.proto === 'ipv4' ? 4 : 6;
  if (kind === 'masquerade') return machine.masqueradeAddress(passing, io.ask);
  return hook === 'OUTPUT'
    ? constant(LOOPBACK[family])
    : machine.redirectAddress(passing.in ?? '', ip.dst, family, io.ask);
}

/** nf_nat_oif_changed: a masqueraded flow that leaves by another device than it did has no future. */
export const isMoved = ({ tracked, out }: Passing, hook: Hook): boolean => {
  const device = tracked?.entry.src?.device;
  return (
    hook === 'POSTROUTING' &&
    device !== undefined &&
    device !== out &&
    tracked?.direction === 'original' &&
    !tracked.isError
  );
};

/** nf_nat_packet: gives the packet the addresses that its flow's entry says, at the hook for this end. */
export function translate(passing: Passing, manip: Manip, decision: Decision | undefined, io: Io): Passing {
  const { tracked } = passing;
  if (!tracked?.flows) return passing;
  const isReply = tracked.direction === 'reply';
  const binding = tracked.entry[isReply ? (manip === 'src' ? 'dst' : 'src') : manip];
  if (!binding?.kind) return passing;
  const towards = reverse(isReply ? tracked.flows.original : tracked.flows.reply);
  const kind = isReply ? 'unnat' : binding.kind;
  const packet = tracked.isError
    ? aboutFlow(passing.packet, manip, towards, tracked)
    : rewritten(passing.packet, manip, towards, tracked.entry.form === 'icmp' && isReply);
  note(passing.packet, packet, { kind, binding, decision }, io);
  return { ...passing, packet };
}

/** The packet with one end as in `towards`; a ping keeps its place for the identifier in `isAnswer`'s other port. */
function rewritten(packet: Packet, manip: Manip, towards: Flow, isAnswer: boolean): Packet {
  const transport = transportOf(packet);
  const address = { [manip]: towards[manip] };
  switch (transport?.proto) {
    case 'tcp':
    case 'udp':
    case 'udplite':
    case 'sctp':
    case 'dccp':
      return rewrite(packet, address, manip === 'src' ? { sport: towards.sport } : { dport: towards.dport });
    case 'icmp':
    case 'icmpv6':
      return rewrite(packet, address, { sport: isAnswer ? towards.dport : towards.sport });
    case 'opaque':
    case undefined:
      return rewrite(packet, address);
    default:
      return transport satisfies never;
  }
}

/** nf_nat_icmp_reply_translation: an error's outer end changes, and the other end of the packet that it quotes. */
function aboutFlow(packet: Packet, manip: Manip, towards: Flow, tracked: Tracked): Packet {
  const outer = rewrite(packet, { [manip]: towards[manip] });
  const inner =
    manip === 'src' ? { dst: towards.src, dport: towards.sport } : { src: towards.dst, sport: towards.dport };
  const headers = outer.headers.map((header) =>
    (header.proto === 'icmp' || header.proto === 'icmpv6') && header.quoted
      ? { ...header, quoted: requoted(header.quoted, inner, manip, towards, tracked) }
      : header,
  );
  return { ...outer, headers };
}

/** The quoted packet with its other end restored; either end of a quoted ping names it. */
function requoted(quoted: Flow, inner: Partial<Flow>, manip: Manip, towards: Flow, tracked: Tracked): Flow {
  if (tracked.entry.form === 'ports') return { ...quoted, ...inner };
  const address = manip === 'src' ? { dst: towards.src } : { src: towards.dst };
  const id = tracked.direction === 'reply' ? towards.dport : towards.sport;
  return {
    ...quoted,
    ...address,
    ...(tracked.entry.form === 'icmp' ? { sport: id, dport: id } : {}),
  };
}

interface Cause {
  readonly kind: NatKind;
  readonly binding: Binding;
  /** Undefined once the entry alone decides. */
  readonly decision: Decision | undefined;
}

function note(before: Packet, after: Packet, { kind, binding, decision }: Cause, io: Io): void {
  const rule: RuleFact | undefined = decision?.rule.fact;
  const change = (field: string, was: Term | undefined, is: Term | undefined): void => {
    if (was === undefined || is === undefined || isSame(was, is, io.ask)) return;
    const from = decision ? { table: 'nat', chain: decision.chain, rule } : {};
    io.note({ type: 'rewrote', kind, field, before: was, after: is, ...from, at: binding.at });
  };
  const [oldIp, newIp] = [ipOf(before)!, ipOf(after)!];
  change('src', oldIp.src, newIp.src);
  change('dst', oldIp.dst, newIp.dst);
  const [old, now] = [transportOf(before), transportOf(after)];
  if (hasPorts(old)) {
    const ports = now as typeof old;
    change('sport', old.sport, ports.sport);
    change('dport', old.dport, ports.dport);
  } else if (old?.proto === 'icmp' || old?.proto === 'icmpv6') change('id', old.id, (now as Icmp).id);
}
