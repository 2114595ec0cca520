/** The violations and findings of a check as a baseline: what `--baseline` takes to be known. */
import { flowKey } from '../../report/known.ts';
import type { CheckReport, KnownViolation } from '../../report/check.ts';
import type { KnownFinding } from '../../report/lint.ts';
import { renderJson } from '../json.ts';

export function renderBaseline({ files }: CheckReport): string {
  const known = files.flatMap(({ file, expectations }) =>
    expectations.flatMap(({ name, failures }) =>
      failures.flatMap(({ flow, violations }) =>
        violations.map(({ code }): KnownViolation => ({
          file,
          expectation: name,
          code,
          flow: flowKey(flow),
        })),
      ),
    ),
  );
  const once = new Map(known.map((one) => [JSON.stringify(one), one]));
  const findings = files.flatMap((one) =>
    (one.findings ?? [])
      .filter(({ outcome }) => outcome !== 'off')
      .map(({ code, pointer }): KnownFinding => ({ file: one.file, code, pointer })),
  );
  return renderJson({ version: 1, known: [...once.values()], findings });
}
