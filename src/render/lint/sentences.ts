/** What lint finds, in words: a sentence a code, and what to do. */
import type { FindingFact, LintCode } from '../../report/lint.ts';
import { BALANCING } from './balancing.ts';
import { MACHINES } from './machines.ts';
import { ROUTING } from './routing.ts';

type FindingValues = Readonly<Record<string, string>>;

export interface Sentence {
  readonly message: (about: FindingValues) => string;
  readonly suggestion: (about: FindingValues) => string;
}

const SENTENCES: Readonly<Record<LintCode, Sentence>> = {
  ...BALANCING,
  ...MACHINES,
  ...ROUTING,
  'lint-unused': {
    message: ({ rule, at, why }) =>
      why === 'no-rule'
        ? `lint has no rule ${rule}`
        : `${rule} finds nothing${at === undefined ? '' : ` at ${at}`} that this entry could turn off`,
    suggestion: ({ why }) => (why === 'no-rule' ? '`nettrace explain` lists the rules' : 'remove the entry'),
  },
};

const valuesOf = ({ about }: FindingFact): FindingValues =>
  Object.fromEntries(about.map(({ name, value }) => [name, value]));

export const findingText = (finding: FindingFact): string =>
  SENTENCES[finding.code].message(valuesOf(finding));

export const findingAdvice = (finding: FindingFact): string =>
  SENTENCES[finding.code].suggestion(valuesOf(finding));
