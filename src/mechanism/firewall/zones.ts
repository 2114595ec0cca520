/** A perimeter firewall: rules between zones of interfaces, of which the first that matches decides, and else none passes. */
import type { Packet } from '../../packet/packet.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Io } from '../../walk/device.ts';
import type { NearMiss } from '../../walk/event.ts';
import type { Transit } from '../router/router.ts';
import {
  factOf,
  fieldsOf,
  firstMatch,
  isMatch,
  nearMisses,
  type ListedRule,
  type Seen,
} from '../rule-list.ts';
import { inspect, type Refused } from './inspect.ts';

export interface ZoneRule extends ListedRule {
  /** Names of zones; undefined is any. */
  readonly from: ReadonlySet<string> | undefined;
  readonly to: ReadonlySet<string> | undefined;
}

export interface ZoneFirewall {
  readonly node: string;
  /** By interface. */
  readonly zones: ReadonlyMap<string, string>;
  readonly rules: readonly ZoneRule[];
  readonly allowsAsymmetric: boolean;
  readonly at: Cite;
}

/** The zones that a packet comes from and goes to. */
interface Passage {
  readonly from: string;
  readonly to: string;
}

export function zoneFirewall(firewall: ZoneFirewall): Transit {
  const { node, zones, allowsAsymmetric, at } = firewall;
  const tracker = { zone: `${node}/sessions`, table: 'firewall', tcpLoose: false };
  const zoneOf = (port: string | undefined): string => zones.get(port ?? '') ?? '';
  return (passing, io) => {
    const passage = { from: zoneOf(passing.in), to: zoneOf(passing.out) };
    const judge = (packet: Packet): Refused | undefined => decide(firewall, passage, packet, io);
    const refused = inspect({ tracker, judge, allowsAsymmetric, at }, passing.packet, io);
    return refused ?? { do: 'accept', passing };
  };
}

function decide({ rules, at }: ZoneFirewall, passage: Passage, packet: Packet, io: Io): Refused | undefined {
  const seen = fieldsOf(packet);
  const here = rules.filter((rule) => foreign(rule, passage) === undefined);
  const position = firstMatch(here, seen, io.ask);
  const rule = here[position];
  const before = rule ? rules.slice(0, rules.indexOf(rule)) : rules;
  io.note({
    type: 'matched',
    table: 'filter',
    chain: `${passage.from} > ${passage.to}`,
    rule: rule && factOf(rule),
    action: rule?.access ?? 'Deny',
    near: () => [
      ...nearMisses(rule ? here.slice(0, position) : here, seen, io.ask),
      ...elsewhere(before, passage, seen, io),
    ],
  });
  if (rule?.access === 'Allow') return undefined;
  return {
    do: 'drop',
    reason: rule ? 'filter-denied' : 'filter-default-policy',
    at: rule?.at ?? below(at, 'rules'),
  };
}

/** The end of the passage that the rule is not for; undefined if it is for both. */
const foreign = ({ from, to }: ZoneRule, passage: Passage): 'from' | 'to' | undefined =>
  from?.has(passage.from) === false ? 'from' : to?.has(passage.to) === false ? 'to' : undefined;

/** Rules that would match between other zones. */
const elsewhere = (
  rules: readonly ZoneRule[],
  passage: Passage,
  seen: Seen,
  { ask }: Io,
): readonly NearMiss[] =>
  rules.flatMap((rule) => {
    const failed = foreign(rule, passage);
    if (failed === undefined || !isMatch(rule, seen, ask)) return [];
    const isBoth = failed === 'from' && rule.to?.has(passage.to) === false;
    return isBoth
      ? []
      : [{ rule: factOf(rule), failed, wanted: [...(rule[failed] ?? [])].join(', '), had: passage[failed] }];
  });
