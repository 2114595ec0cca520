import type { LintRule } from './rule.ts';

/** Found by lint.ts itself, when all other rules have been heard. */
export const lintUnused: LintRule = {
  code: 'lint-unused',
  severity: 'warning',
  summary: 'an entry of lint: turns nothing off',
  condition: 'No finding is of the rule that the entry names, or none at the place that it names.',
  harm: 'The next mistake of that kind would be turned off with a reason that was meant for another.',
  bad: `lint:
  - { off: peering-one-sided, at: spoke9, reason: spoke9 belongs to another team }`,
  good: 'lint: []',
  source: 'nettrace',
  check: () => [],
};
