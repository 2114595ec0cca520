/** A check as workflow commands of GitHub Actions, which become annotations of the lines that they are about. */
import type { CheckReport, PlaceFact } from '../../report/check.ts';
import { flowKey } from '../../report/known.ts';
import { visible } from '../escape.ts';
import { findingAdvice, findingText } from '../lint/sentences.ts';
import { verdictText } from '../verdict.ts';
import { violationText } from './violation.ts';

/** One command a diagnostic, a finding and a violation; nothing where all is well or known. */
export function renderGithub({ files }: CheckReport): string {
  const lines = files.flatMap(({ file, diagnostics, findings, expectations }) => [
    ...diagnostics.map(({ severity, code, message, at, suggestion }) =>
      command(severity, at ?? { file, line: 1, column: 1 }, code, [message, suggestion]),
    ),
    ...(findings ?? [])
      .filter(({ outcome }) => outcome === 'found')
      .map((one) => command(one.severity, one.at, one.code, [findingText(one), findingAdvice(one)])),
    ...expectations.flatMap(({ name, severity, why, failures }) =>
      failures
        .filter(({ outcome }) => outcome !== 'known')
        .flatMap(({ flow, violations, walk }) =>
          violations.map((one) =>
            command(severity, one.at, name, [
              `${flowKey(flow)}: ${violationText(one)}`,
              walk && verdictText(walk),
              why,
            ]),
          ),
        ),
    ),
  ]);
  return lines.map((line) => `${line}\n`).join('');
}

function command(
  severity: 'error' | 'warning',
  { file, line, column }: PlaceFact,
  title: string,
  parts: readonly (string | undefined)[],
): string {
  const text = parts.filter((part) => part !== undefined).map(visible);
  return `::${severity} file=${property(file)},line=${line},col=${column},title=${property(visible(title))}::${data(text.join('\n'))}`;
}

// Escapes as the runner's own toolkit writes them (@actions/core, command.ts).
const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
