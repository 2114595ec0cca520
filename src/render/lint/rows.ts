/** A finding as rows for those who lay out lines, and in one line for those who do not. */
import type { FindingFact } from '../../report/lint.ts';
import type { Row } from '../check/failure.ts';
import { findingAdvice } from './sentences.ts';

/** How a finding counts, in one word. */
export const findingWord = ({ outcome, severity }: FindingFact): string =>
  outcome === 'found' ? severity : outcome;

export const findingRows = (finding: FindingFact): readonly Row[] => [
  ...(finding.reason === undefined ? [] : [{ head: 'because', text: finding.reason }]),
  ...(finding.outcome === 'found' ? [{ head: 'try', text: findingAdvice(finding) }] : []),
  ...finding.related.map(({ what, at }) => ({ head: 'see', text: what, at })),
];

/** Whether it makes the check fail by itself. */
export const isOfWeight = ({ outcome, severity }: FindingFact): boolean =>
  outcome === 'found' && severity === 'error';
