/** A check for a terminal: a line an expectation, what failed in full, a summary. */
import type { CheckedFile, CheckReport, DiagnosticFact, ExpectationFact } from '../../report/check.ts';
import type { FindingFact } from '../../report/lint.ts';
import { findingRows, findingWord } from '../lint/rows.ts';
import { findingText } from '../lint/sentences.ts';
import { lay } from '../line.ts';
import { listText } from '../words.ts';
import { PLAIN_PAINT, type Paint } from '../paint.ts';
import { failureTable } from './failure-table.ts';
import { failureRows, placeText, type Row } from './failure.ts';
import { wordOf } from './violation.ts';

/** The text ends with a line feed; no line is wider than 100 columns, colour apart. */
export function renderSpec(report: CheckReport, paint: Paint = PLAIN_PAINT): string {
  const lines = [
    ...report.files.flatMap((file) => [...fileLines(file, paint), '']),
    ...staleLines(report),
    ...failureTable(report),
    ...summaryLines(report, paint),
  ];
  return `${lines.join('\n')}\n`;
}

const fileLines = (
  { file, diagnostics, findings, expectations }: CheckedFile,
  paint: Paint,
): readonly string[] => [
  ...lay({ head: '', text: file, paint: paint.bold }),
  ...diagnostics.flatMap((one) => diagnosticLines(one, paint)),
  ...(findings ?? []).flatMap((one) => findingLines(one, paint)),
  ...expectations.flatMap((one) => expectationLines(one, paint)),
];

function diagnosticLines(
  { code, severity, message, at, suggestion }: DiagnosticFact,
  paint: Paint,
): string[] {
  const brush = severity === 'error' ? paint.red : paint.yellow;
  return [
    ...lay({
      head: `  ${severity.padEnd(8)}`,
      text: `${message}  ${code}`,
      right: at && placeText(at),
      paintHead: brush,
      paintRight: paint.dim,
    }),
    ...(suggestion === undefined ? [] : lay({ head: '          ', text: suggestion })),
  ];
}

function findingLines(finding: FindingFact, paint: Paint): readonly string[] {
  const isFound = finding.outcome === 'found';
  const brush = isFound && finding.severity === 'error' ? paint.red : paint.yellow;
  const title = lay({
    head: `  ${findingWord(finding).padEnd(8)}`,
    text: `${findingText(finding)}  ${finding.code}`,
    right: placeText(finding.at),
    paintHead: brush,
    paintRight: paint.dim,
  });
  return isFound ? [...title, ...rowLines(findingRows(finding), paint)] : title;
}

const rowLines = (rows: readonly Row[], paint: Paint): readonly string[] =>
  rows.flatMap(({ head, text, at }) =>
    lay({
      head: `          ${head.padEnd(9)}`,
      text,
      right: at && placeText(at),
      paintHead: paint.bold,
      paintRight: paint.dim,
    }),
  );

function expectationLines(expectation: ExpectationFact, paint: Paint): readonly string[] {
  const word = wordOf(expectation);
  const isGood = expectation.outcome === 'held' || expectation.outcome === 'known';
  const brush = word === 'ok' ? paint.green : isGood || word === 'warning' ? paint.yellow : paint.red;
  const title = lay({
    head: `  ${word.padEnd(8)}`,
    text: `${expectation.name}${countText(expectation)}`,
    right: isGood ? undefined : placeText(expectation.at),
    paintHead: brush,
    paintRight: paint.dim,
  });
  if (isGood) return title;
  return [...title, ...rowLines(failureRows(expectation), paint)];
}

/** ` (2 of 6 flows)`, ` (12 flows, samples of tcp/1-65535)`; nothing of a single flow. */
function countText({ flows, failures, sampled = [] }: ExpectationFact): string {
  if (flows === 1) return '';
  const samples = sampled.length === 0 ? '' : `, samples of ${listText(sampled)}`;
  return ` (${failures.length > 0 ? `${failures.length} of ` : ''}${flows} flows${samples})`;
}

const staleLines = ({ stale, staleFindings }: CheckReport): readonly string[] =>
  stale.length + staleFindings.length === 0
    ? []
    : [
        ...staleFindings.flatMap(({ file, code, pointer }) =>
          lay({ head: '  stale   ', text: `${file}: ${code}: ${pointer}` }),
        ),
        ...stale.flatMap(({ file, expectation, code, flow }) =>
          lay({ head: '  stale   ', text: `${file}: ${expectation}: ${code}: ${flow}` }),
        ),
        ...lay({ head: '          ', text: 'these hold by now: take them out of the baseline' }),
        '',
      ];

/** `2 files, 23 expectations, 31 flows: 22 ok, 1 failed`; of lint alone `2 files: 1 error`. */
function summaryLines(
  { command, files: all, counts, outcome }: CheckReport,
  paint: Paint,
): readonly string[] {
  const { files, expectations, flows, errors, warnings, held, failed, warned, known, unknown } = counts;
  const isCheck = command === 'check';
  const walked = isCheck ? [plural(expectations, 'expectation'), plural(flows, 'flow')] : [];
  const wrong = errors + counts.lintErrors;
  const odd = warnings + warned + counts.lintWarnings;
  const findings = all.flatMap((file) => file.findings ?? []);
  const knownToo = known + findings.filter((one) => one.outcome === 'known').length;
  const found = [
    wrong > 0 && plural(wrong, 'error'),
    odd > 0 && plural(odd, 'warning'),
    counts.suppressed > 0 && `${counts.suppressed} off`,
    isCheck && `${held} ok`,
    failed > 0 && `${failed} failed`,
    unknown > 0 && `${unknown} unknown`,
    knownToo > 0 && `${knownToo} known`,
    !isCheck && errors + findings.length === 0 && 'no findings',
  ].filter(Boolean);
  const brush = outcome === 'held' ? paint.green : outcome === 'unknown' ? paint.yellow : paint.red;
  const text = `${[plural(files, 'file'), ...walked].join(', ')}: ${found.join(', ')}`;
  return lay({ head: '', text, paint: (one) => paint.bold(brush(one)) });
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
