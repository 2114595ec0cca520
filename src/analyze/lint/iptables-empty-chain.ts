import type { Found, LintRule } from './rule.ts';
import { chainsOf, textOf, type Place } from './rule-sets.ts';

export const iptablesEmptyChain: LintRule = {
  code: 'iptables-empty-chain',
  severity: 'warning',
  summary: 'a rule of iptables jumps to a chain without rules',
  condition: 'The target of a rule is a chain of the table that has no rules.',
  harm: 'The packet comes straight back, or with a goto meets the policy: what the chain is called after is not done.',
  bad: `:allowed - [0:0]
-A FORWARD -p tcp -j allowed`,
  good: `:allowed - [0:0]
-A allowed -s 10.1.0.0/24 -j ACCEPT
-A FORWARD -p tcp -j allowed`,
  source:
    'iptables(8): "If the end of a user-defined chain is reached, traversal resumes at the next rule in the previous chain"',
  check: (topology) => chainsOf(topology).flatMap(jumps),
};

const jumps = ({ machine, table, chain }: Place): readonly Found[] =>
  chain.rules.flatMap((rule): readonly Found[] => {
    const { target, fact } = rule;
    if (target.do !== 'jump' || table.chains.get(target.name)?.rules.length !== 0) return [];
    const about = { node: machine.name, table: table.name, rule: textOf(chain, rule), chain: target.name };
    return [{ at: fact.at ?? machine.linux.at, about }];
  });
