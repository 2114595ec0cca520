import type { Rule, Ruleset } from '../../mechanism/netfilter/ruleset.ts';
import { takesAll } from './implies.ts';
import type { Found, LintRule } from './rule.ts';
import { chainsOf, isLast, textOf, type Place } from './rule-sets.ts';

export const natUntracked: LintRule = {
  code: 'nat-untracked',
  severity: 'error',
  summary: 'packets that a rule is to translate are not tracked',
  condition:
    'A rule of the raw table (NOTRACK, CT --notrack) with no rule before it that ends the chain takes every packet that a rule of the nat table is to translate: in PREROUTING for the nat chains PREROUTING and POSTROUTING, in OUTPUT for OUTPUT.',
  harm: 'Translation is kept by connection tracking: the nat table is not asked about a packet that is not tracked.',
  bad: `*raw
-A PREROUTING -p udp -j CT --notrack
COMMIT
*nat
-A PREROUTING -p udp -m udp --dport 53 -j DNAT --to-destination 10.0.2.4
COMMIT`,
  good: `*raw
-A PREROUTING -p udp -m udp ! --dport 53 -j CT --notrack
COMMIT`,
  source:
    'Linux: net/netfilter/nf_nat_core.c, nf_nat_inet_fn: no entry of connection tracking, no translation',
  check: (topology) => chainsOf(topology).flatMap(untracked),
};

/** The raw chain that packets of a nat chain have come by. */
const RAW: Readonly<Record<string, string>> = {
  PREROUTING: 'PREROUTING',
  POSTROUTING: 'PREROUTING',
  OUTPUT: 'OUTPUT',
};

function untracked({ machine, ruleset, table, chain }: Place): readonly Found[] {
  if (table.name !== 'nat') return [];
  const blind = blindRules(ruleset, RAW[chain.name] ?? '');
  return chain.rules.flatMap((rule): readonly Found[] => {
    const by = rule.target.do === 'translate' ? blind.find((one) => takesAll(one, rule)) : undefined;
    if (!by) return [];
    return [
      {
        at: by.fact.at ?? machine.linux.at,
        about: { node: machine.name, rule: textOf(chain, rule), blind: by.fact.text ?? by.fact.rule },
        related:
          rule.fact.at === undefined ? [] : [{ what: 'the rule that never translates', at: rule.fact.at }],
      },
    ];
  });
}

/** The rules that switch tracking off before any rule ends the chain. */
function blindRules({ tables }: Ruleset, name: string): readonly Rule[] {
  const rules = tables.get('raw')?.chains.get(name)?.rules ?? [];
  const end = rules.findIndex(isLast);
  return rules.slice(0, end < 0 ? rules.length : end).filter(({ target }) => target.do === 'untrack');
}
