/** A network security group as the host is programmed with it: rules by priority, the first match decides. */
import { flowOf, transportOf, type Packet } from '../packet/packet.ts';
import type { Flow } from '../packet/flow.ts';
import { formatAddress, type Value } from '../value/address.ts';
import type { IntegerSet } from '../value/integer-set.ts';
import { valueOf, type Term } from '../value/term.ts';
import type { Ask } from '../walk/ask.ts';
import type { Cite } from '../walk/cite.ts';
import type { Action, Io } from '../walk/device.ts';
import type { NearMiss, RuleFact } from '../walk/event.ts';

export type Direction = 'Inbound' | 'Outbound';

/** The fields of a rule, in the order in which they are compared. */
const FIELDS = ['protocol', 'source', 'sourcePort', 'destination', 'destinationPort'] as const;

export type RuleField = (typeof FIELDS)[number];

/** What a rule wants of a field, for both families at once. */
export interface Wanted {
  readonly set: IntegerSet;
  /** The same as the rule's author wrote it. */
  readonly text: string;
  /** The part of it that user routes have put into the tag VirtualNetwork. */
  readonly routed?: IntegerSet | undefined;
}

export interface ProgrammedRule {
  readonly name: string;
  readonly access: 'Allow' | 'Deny';
  /** Undefined is anything. */
  readonly wanted: Readonly<Record<RuleField, Wanted | undefined>>;
  /** One of the rules that every group ends with. */
  readonly isDefault: boolean;
  readonly text: string;
  readonly at: Cite | undefined;
}

export interface ProgrammedGroup {
  readonly name: string;
  /** By ascending priority, the default rules last. */
  readonly rules: Readonly<Record<Direction, readonly ProgrammedRule[]>>;
}

/** Fields of a packet; a port is undefined where the protocol has none. */
type Seen = Readonly<Record<RuleField, Term | undefined>>;

/** Near misses that are worth a reader's time. */
const NEAR_MISSES = 5;

/** Notes the rule that decides; returns the drop when it denies, undefined when the packet may go on. */
export function filter(
  group: ProgrammedGroup,
  direction: Direction,
  packet: Packet,
  io: Io,
): Action | undefined {
  const seen = fieldsOf(packet);
  const rules = group.rules[direction];
  const position = rules.findIndex((rule) => firstMismatch(rule, seen, io.ask) === undefined);
  const rule = rules[position];
  io.note({
    type: 'matched',
    table: group.name,
    chain: direction,
    rule: rule && factOf(rule),
    action: rule?.access ?? 'Deny',
    near: () => nearMisses(rule ? rules.slice(0, position) : rules, seen, io.ask),
  });
  if (rule && isByRoute(rule, seen, io.ask))
    io.note({ type: 'assumed', code: 'virtual-network-routed', about: rule.name });
  if (rule?.access === 'Allow') return undefined;
  return {
    do: 'drop',
    reason: !rule || rule.isDefault ? 'filter-default-policy' : 'filter-denied',
    at: rule?.at,
  };
}

/** Whether the rule would not match but for user routes, whose prefixes the tag VirtualNetwork has in it. */
const isByRoute = ({ wanted, at }: ProgrammedRule, seen: Seen, ask: Ask): boolean =>
  (['source', 'destination'] as const).some((field) => {
    const routed = wanted[field]?.routed;
    const term = seen[field];
    return routed !== undefined && term !== undefined && ask.within(term, routed, at);
  });

const factOf = (rule: ProgrammedRule): RuleFact => ({ rule: rule.name, text: rule.text, at: rule.at });

function fieldsOf(packet: Packet): Seen {
  const { proto, src, dst, sport, dport }: Flow = flowOf(packet);
  const transport = transportOf(packet)?.proto;
  const hasPorts = transport === 'tcp' || transport === 'udp';
  return {
    protocol: proto,
    source: src,
    sourcePort: hasPorts ? sport : undefined,
    destination: dst,
    destinationPort: hasPorts ? dport : undefined,
  };
}

/** A packet without ports matches only rules that want none. */
const matches = (
  wanted: Wanted | undefined,
  term: Term | undefined,
  at: Cite | undefined,
  ask: Ask,
): boolean => wanted === undefined || (term !== undefined && ask.within(term, wanted.set, at));

const firstMismatch = (rule: ProgrammedRule, seen: Seen, ask: Ask): RuleField | undefined =>
  FIELDS.find((field) => !matches(rule.wanted[field], seen[field], rule.at, ask));

/** The rules that failed in exactly one field, in order of priority. */
function nearMisses(rules: readonly ProgrammedRule[], seen: Seen, ask: Ask): readonly NearMiss[] {
  const near: NearMiss[] = [];
  for (const rule of rules) {
    const failed = FIELDS.filter((field) => !matches(rule.wanted[field], seen[field], rule.at, ask));
    const [field] = failed;
    if (field === undefined || failed.length > 1) continue;
    near.push({
      rule: factOf(rule),
      failed: field,
      wanted: rule.wanted[field]?.text ?? '*',
      had: had(field, seen[field]),
    });
    if (near.length === NEAR_MISSES) break;
  }
  return near;
}

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'Icmp',
  6: 'Tcp',
  17: 'Udp',
  50: 'Esp',
  51: 'Ah',
  58: 'Icmp',
};

/** An IP protocol as security rules spell it, ICMP of both families alike; its number when they have no word for it. */
export const protocolText = (protocol: Value): string => PROTOCOLS[Number(protocol)] ?? String(protocol);

/** The packet's value for a reader, who asks when the walk is over: only then may the term be opened. */
export function had(field: RuleField, term: Term | undefined): string {
  if (term === undefined) return 'none';
  const value = valueOf(term);
  switch (field) {
    case 'source':
    case 'destination':
      return formatAddress(value);
    case 'protocol':
      return protocolText(value);
    case 'sourcePort':
    case 'destinationPort':
      return String(value);
    default:
      return field satisfies never;
  }
}
