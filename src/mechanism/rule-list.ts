/** Rules over a packet's five-tuple, of which the first that matches decides: security groups, firewalls. */
import { flowOf, transportOf, type Packet } from '../packet/packet.ts';
import type { Flow } from '../packet/flow.ts';
import { formatAddress, type Value } from '../value/address.ts';
import { has, rangesOf, type IntegerSet } from '../value/integer-set.ts';
import { valueOf, type Term } from '../value/term.ts';
import type { Ask } from '../walk/ask.ts';
import type { Cite } from '../walk/cite.ts';
import type { NearMiss, RuleFact } from '../walk/event.ts';

/** The fields of a rule, in the order in which they are compared. */
const FIELDS = ['protocol', 'source', 'sourcePort', 'destination', 'destinationPort'] as const;

export type RuleField = (typeof FIELDS)[number];

/** What a rule wants of a field, for both families at once. */
export interface Wanted {
  readonly set: IntegerSet;
  /** The same as the rule's author wrote it. */
  readonly text: string;
}

export interface ListedRule<Want extends Wanted = Wanted> {
  readonly name: string;
  readonly access: 'Allow' | 'Deny';
  /** Undefined is anything. */
  readonly wanted: Readonly<Record<RuleField, Want | undefined>>;
  readonly text: string;
  readonly at: Cite | undefined;
}

/** Fields of a packet; a port is undefined where the protocol has none. */
export type Seen = Readonly<Record<RuleField, Term | undefined>>;

/** All ports are no condition, so that protocols without ports match as well. */
export function wantedPorts(set: IntegerSet | undefined): Wanted | undefined {
  if (set === undefined || (has(set, 0) && set[1] === 65_535)) return undefined;
  const text = rangesOf(set).map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`));
  return { set, text: text.join(',') };
}

/** Near misses that are worth a reader's time. */
const NEAR_MISSES = 5;

export const factOf = ({ name, text, at }: ListedRule): RuleFact => ({ rule: name, text, at });

export function fieldsOf(packet: Packet): Seen {
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

/** The position of the first rule that matches; negative when none does. */
export const firstMatch = (rules: readonly ListedRule[], seen: Seen, ask: Ask): number =>
  rules.findIndex((rule) => isMatch(rule, seen, ask));

export const isMatch = (rule: ListedRule, seen: Seen, ask: Ask): boolean =>
  FIELDS.every((field) => fits(rule.wanted[field], seen[field], rule.at, ask));

/** A packet without ports matches only rules that want none. */
const fits = (wanted: Wanted | undefined, term: Term | undefined, at: Cite | undefined, ask: Ask): boolean =>
  wanted === undefined || (term !== undefined && ask.within(term, wanted.set, at));

/** The rules that failed in exactly one field, in their order. */
export function nearMisses(rules: readonly ListedRule[], seen: Seen, ask: Ask): readonly NearMiss[] {
  const near: NearMiss[] = [];
  for (const rule of rules) {
    const failed = FIELDS.filter((field) => !fits(rule.wanted[field], seen[field], rule.at, ask));
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

/** An IP protocol as security rules spell it, ICMP of both families alike. */
export const protocolWord = (protocol: Value): string | undefined => PROTOCOLS[Number(protocol)];

/** The same; its number when they have no word for it. */
export const protocolText = (protocol: Value): string => protocolWord(protocol) ?? String(protocol);

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
