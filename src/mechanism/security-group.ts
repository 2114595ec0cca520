/** A network security group as the host is programmed with it: rules by priority, the first match decides. */
import type { Packet } from '../packet/packet.ts';
import type { IntegerSet } from '../value/integer-set.ts';
import type { Ask } from '../walk/ask.ts';
import type { Action, Io } from '../walk/device.ts';
import { isOverruled } from '../walk/past.ts';
import {
  factOf,
  fieldsOf,
  firstMatch,
  nearMisses,
  type ListedRule,
  type Seen,
  type Wanted,
} from './rule-list.ts';

export type Direction = 'Inbound' | 'Outbound';

export interface WantedByGroup extends Wanted {
  /** The part of it that user routes have put into the tag VirtualNetwork. */
  readonly routed?: IntegerSet | undefined;
}

export interface ProgrammedRule extends ListedRule<WantedByGroup> {
  /** One of the rules that every group ends with. */
  readonly isDefault: boolean;
}

export interface ProgrammedGroup {
  readonly name: string;
  /** By ascending priority, the default rules last. */
  readonly rules: Readonly<Record<Direction, readonly ProgrammedRule[]>>;
}

/** Notes the rule that decides; returns the drop when it denies, undefined when the packet may go on. */
export function filter(
  group: ProgrammedGroup,
  direction: Direction,
  packet: Packet,
  io: Io,
): Action | undefined {
  const seen = fieldsOf(packet);
  const rules = group.rules[direction];
  const position = firstMatch(rules, seen, io.ask);
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
  const reason = !rule || rule.isDefault ? 'filter-default-policy' : 'filter-denied';
  const drop = { do: 'drop', reason, at: rule?.at } as const;
  return isOverruled(drop, io) ? undefined : drop;
}

/** Whether the rule would not match but for user routes, whose prefixes the tag VirtualNetwork has in it. */
const isByRoute = ({ wanted, at }: ProgrammedRule, seen: Seen, ask: Ask): boolean =>
  (['source', 'destination'] as const).some((field) => {
    const routed = wanted[field]?.routed;
    const term = seen[field];
    return routed !== undefined && term !== undefined && ask.within(term, routed, at);
  });
