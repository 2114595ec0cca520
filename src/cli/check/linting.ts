/** What lint is asked in a run of check, and of which topologies. */
import { lint } from '../../analyze/lint/lint.ts';
import { LINT_RULES } from '../../analyze/lint/rules.ts';
import type { FindingFact } from '../../report/lint.ts';
import type { RuleFact } from '../../report/check.ts';
import type { Topology } from '../../topology/topology.ts';
import type { Baseline } from './baseline.ts';
import type { Input } from './input.ts';
import type { Network } from './network.ts';

/** The findings of a topology; null of one that is told of under another file, which is its own where that is checked too. */
export type Linter = (file: string, network: Network) => readonly FindingFact[] | null;

export function linter(
  inputs: readonly Input[],
  isAsked: (code: string) => boolean,
  { isKnownFinding }: Baseline,
): Linter {
  const named = new Set(inputs.map(({ file }) => file));
  const seen = new Set<Topology>();
  return (file, { topology, locate, placeOf }) => {
    const isElsewhere = topology.file !== file && named.has(topology.file);
    if (isElsewhere || seen.has(topology)) return null;
    seen.add(topology);
    return lint(topology, {
      placeOf: (cite) => placeOf(locate(cite))!,
      isKnown: (finding) => isKnownFinding({ file, ...finding }),
      isAsked,
    });
  };
}

/** The page of a rule of lint, for those who read a report; undefined of other codes. */
export function lintRule(code: string): RuleFact | undefined {
  const rule = LINT_RULES.find((one) => one.code === code);
  if (!rule) return undefined;
  const { summary, condition, harm } = rule;
  return { code, summary, condition: `${condition} ${harm}` };
}
