import { takesAll } from './implies.ts';
import type { Found, LintRule } from './rule.ts';
import { chainsOf, isLast, textOf, type Place } from './rule-sets.ts';

export const iptablesShadowed: LintRule = {
  code: 'iptables-shadowed',
  severity: 'warning',
  summary: 'a rule of iptables can never match',
  condition:
    'An earlier rule of the chain takes every packet that the rule would take, and ends the chain for them (ACCEPT, DROP, REJECT, RETURN, a translation, a goto). Rules whose match depends on rates, counts, lists or marks shadow none.',
  harm: 'The rule does nothing: what it is to let through is dropped, or the other way round.',
  bad: `-A FORWARD -s 10.0.0.0/8 -j DROP
-A FORWARD -s 10.1.0.4/32 -p tcp -m tcp --dport 443 -j ACCEPT`,
  good: `-A FORWARD -s 10.1.0.4/32 -p tcp -m tcp --dport 443 -j ACCEPT
-A FORWARD -s 10.0.0.0/8 -j DROP`,
  source: 'Linux: net/ipv4/netfilter/ip_tables.c, ipt_do_table: the first rule that matches decides',
  check: (topology) => chainsOf(topology).flatMap(shadowed),
};

/** Rules of a chain that are compared with one another. */
const MOST = 2000;

function shadowed({ machine, table, chain }: Place): readonly Found[] {
  const rules = chain.rules.slice(0, MOST);
  const before: (typeof rules)[number][] = [];
  return rules.flatMap((rule): readonly Found[] => {
    const shadow = before.find((one) => takesAll(one, rule));
    if (!shadow && isLast(rule)) before.push(rule);
    if (!shadow) return [];
    return [
      {
        at: rule.fact.at ?? machine.linux.at,
        about: {
          node: machine.name,
          table: table.name,
          rule: textOf(chain, rule),
          shadow: textOf(chain, shadow),
        },
        related:
          shadow.fact.at === undefined ? [] : [{ what: 'the rule that takes it all', at: shadow.fact.at }],
      },
    ];
  });
}
