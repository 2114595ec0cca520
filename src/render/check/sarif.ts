/** A check as SARIF 2.1.0 (OASIS, 2020): a result a diagnostic, a finding and a violation, a rule a code. */
import type {
  CheckReport,
  DiagnosticFact,
  ExpectationFact,
  FailureFact,
  PlaceFact,
} from '../../report/check.ts';
import type { FindingFact } from '../../report/lint.ts';
import { flowKey } from '../../report/known.ts';
import { visible } from '../escape.ts';
import { explain } from '../explanation.ts';
import { renderJson } from '../json.ts';
import { findingAdvice, findingText } from '../lint/sentences.ts';
import { verdictText } from '../verdict.ts';
import { violationText } from './violation.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

export function renderSarif(report: CheckReport): string {
  const { files, rules } = report;
  const indexes = new Map(rules.map(({ code }, i) => [code, i]));
  const results = files.flatMap(({ file, diagnostics, findings, expectations }) => [
    ...diagnostics.map((one) => ofDiagnostic(one, file)),
    ...(findings ?? []).map((one) => ofFinding(one, file)),
    ...expectations.flatMap((one) => ofExpectation(one, file)),
  ]);
  return renderJson({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'nettrace', rules: rules.map(rule) } },
        // Exit statuses beyond 2 are not those of a run that was carried out.
        invocations: [{ executionSuccessful: report.outcome !== 'invalid' }],
        columnKind: 'utf16CodeUnits',
        results: results.map((one) => ({ ...one, ruleIndex: indexes.get(one.ruleId) ?? -1 })),
      },
    ],
  });
}

const rule = ({ code, summary, condition }: CheckReport['rules'][number]) => ({
  id: code,
  shortDescription: { text: summary },
  fullDescription: { text: condition },
  help: { text: `${condition}\n\nMore: nettrace explain ${code}` },
});

interface Result {
  readonly ruleId: string;
  readonly [key: string]: unknown;
}

const ofDiagnostic = ({ code, severity, message, at, suggestion }: DiagnosticFact, file: string): Result => ({
  ruleId: code,
  level: severity,
  message: { text: sentences([message, suggestion]) },
  locations: [location(at ?? { file, line: 1, column: 1 })],
});

/** What is off in the file is suppressed there, what the baseline has is so by it. */
const ofFinding = (finding: FindingFact, file: string): Result => ({
  ruleId: finding.code,
  level: finding.severity,
  message: { text: sentences([findingText(finding), findingAdvice(finding)]) },
  locations: [location(finding.at)],
  ...(finding.related.length > 0 && {
    relatedLocations: finding.related.map(({ what, at }, i) => ({
      id: i + 1,
      ...location(at),
      message: { text: visible(what) },
    })),
  }),
  partialFingerprints: { 'findingPlace/v1': visible(`${file} ${finding.code} ${finding.pointer}`) },
  ...(finding.outcome === 'known' && { suppressions: [IN_BASELINE] }),
  ...(finding.outcome === 'off' && {
    suppressions: [{ kind: 'inSource', justification: visible(finding.reason ?? '') }],
  }),
});

const IN_BASELINE = { kind: 'external', justification: 'in the baseline' } as const;

const ofExpectation = (expectation: ExpectationFact, file: string): readonly Result[] =>
  expectation.failures.flatMap((failure) => ofFailure(failure, expectation, file));

function ofFailure(
  { flow, outcome, violations, walk }: FailureFact,
  { name, severity, why }: ExpectationFact,
  file: string,
): readonly Result[] {
  const explained = walk && explain(walk).why;
  const key = flowKey(flow);
  return violations.map((one) => ({
    ruleId: one.code,
    level: severity,
    message: {
      text: sentences([`${name}: ${key}: ${violationText(one)}`, walk && verdictText(walk), explained, why]),
    },
    locations: [location(one.at)],
    ...(one.decided && {
      relatedLocations: [
        { id: 1, ...location(one.decided), message: { text: `decided at ${visible(one.hop?.node ?? '')}` } },
      ],
    }),
    partialFingerprints: {
      'expectationFlow/v1': visible([file, name, one.code, one.field ?? '', key].filter(Boolean).join(' ')),
    },
    ...(outcome === 'known' && { suppressions: [IN_BASELINE] }),
  }));
}

const sentences = (parts: readonly (string | undefined)[]): string =>
  parts
    .filter((part) => part !== undefined)
    .map(visible)
    .join('\n');

const location = ({ file, line, column }: PlaceFact) => ({
  physicalLocation: {
    artifactLocation: { uri: uriOf(file) },
    region: { startLine: line, startColumn: column },
  },
});

/** A relative reference for a relative path, so that it means the same in any checkout: RFC 3986 section 4.2. */
function uriOf(file: string): string {
  const path = file
    .replaceAll(/\p{Cs}/gu, '\ufffd')
    .replaceAll('\\', '/')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  if (path.startsWith('/')) return `file://${path}`;
  return /^[^/]*:/.test(path) ? `./${path}` : path;
}
