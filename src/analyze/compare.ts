/** What becomes of flows in one topology and in another. */
import type { CauseFact, ComparedFlow, CompareOutcome, CompareReport } from '../report/compare.ts';
import type { Answer } from '../report/report.ts';
import type { SingleReport } from './fold-report.ts';
import { outlineOf } from './outline.ts';
import { partingsOf } from './parting.ts';

/** The answers for one flow held against each other; `causeOf` finds what turns `a` into an answer of this outline. */
export function compareAnswers(
  a: SingleReport,
  b: SingleReport,
  causeOf: (outline: string) => CauseFact | null,
): ComparedFlow {
  const wanted = outlineOf(b);
  const isSame = outlineOf(a) === wanted;
  const isUnknown = a.verdict === 'unknown' || b.verdict === 'unknown';
  return {
    flow: a.walks[0]!.flow,
    outcome: isUnknown ? 'unknown' : isSame ? 'same' : 'different',
    a: { verdict: a.verdict, reason: a.reason },
    b: { verdict: b.verdict, reason: b.reason },
    ...(!isSame && {
      difference: {
        a: answerOf(a),
        b: answerOf(b),
        partings: partingsOf(a.walks, b.walks),
        cause: causeOf(wanted),
      },
    }),
  };
}

const answerOf = ({ verdict, reason, blame, symmetric, through, segments, walks }: Answer): Answer => ({
  verdict,
  reason,
  blame,
  symmetric,
  through,
  ...(segments && { segments }),
  walks,
});

export function compareReport({
  a,
  b,
  assumptions,
  changes,
  flows,
}: Pick<CompareReport, 'a' | 'b' | 'assumptions' | 'changes' | 'flows'>): CompareReport {
  const count = (wanted: CompareOutcome): number => flows.filter(({ outcome }) => outcome === wanted).length;
  const counts = {
    flows: flows.length,
    same: count('same'),
    different: count('different'),
    unknown: count('unknown'),
  };
  const outcome = counts.unknown > 0 ? 'unknown' : counts.different > 0 ? 'different' : 'same';
  return { version: 1, command: 'compare', a, b, outcome, counts, assumptions, changes, flows };
}
