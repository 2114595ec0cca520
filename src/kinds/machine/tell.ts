/** Mistakes in a text, reported at their words. */
import type { TextProblem } from '../../mechanism/linux/text.ts';
import { nearest } from '../../source/suggest.ts';
import type { Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';

/** `at` is where the text stands. */
export function tell(problems: readonly TextProblem[], at: Cite, reading: Reading): void {
  for (const { line, column, message, suggestion, slip } of problems) {
    const near = slip && nearest(slip.word, slip.known);
    const meant = near === undefined ? suggestion : `did you mean "${near}"?`;
    reading.report('text-syntax', `${at}#${line}:${column}`, message, meant);
  }
}
