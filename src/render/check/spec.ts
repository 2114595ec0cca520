/** A check for a terminal: a line an expectation, what failed in full, a summary. */
import type { CheckedFile, CheckReport, DiagnosticFact, ExpectationFact } from '../../report/check.ts';
import { lay } from '../line.ts';
import { listText } from '../words.ts';
import { PLAIN_PAINT, type Paint } from '../paint.ts';
import { failureTable } from './failure-table.ts';
import { failureRows, placeText } from './failure.ts';
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

const fileLines = ({ file, diagnostics, expectations }: CheckedFile, paint: Paint): readonly string[] => [
  ...lay({ head: '', text: file, paint: paint.bold }),
  ...diagnostics.flatMap((one) => diagnosticLines(one, paint)),
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

function expectationLines(expectation: ExpectationFact, paint: Paint): readonly string[] {
  const word = wordOf(expectation);
  const isGood = expectation.outcome === 'held' || expectation.outcome === 'known';
  const brush = word === 'ok' ? paint.green : isGood || word === 'warning' ? paint.yellow : paint.red;
  const { name, at } = expectation;
  const title = lay({
    head: `  ${word.padEnd(8)}`,
    text: `${name}${countText(expectation)}`,
    right: isGood ? undefined : placeText(at),
    paintHead: brush,
    paintRight: paint.dim,
  });
  if (isGood) return title;
  return [
    ...title,
    ...failureRows(expectation).flatMap(({ head, text, at: place }) =>
      lay({
        head: `          ${head.padEnd(9)}`,
        text,
        right: place && placeText(place),
        paintHead: paint.bold,
        paintRight: paint.dim,
      }),
    ),
  ];
}

/** ` (2 of 6 flows)`, ` (12 flows, samples of tcp/1-65535)`; nothing of a single flow. */
function countText({ flows, failures, sampled = [] }: ExpectationFact): string {
  if (flows === 1) return '';
  const samples = sampled.length === 0 ? '' : `, samples of ${listText(sampled)}`;
  return ` (${failures.length > 0 ? `${failures.length} of ` : ''}${flows} flows${samples})`;
}

const staleLines = ({ stale }: CheckReport): readonly string[] =>
  stale.length === 0
    ? []
    : [
        ...stale.flatMap(({ file, expectation, code, flow }) =>
          lay({ head: '  stale   ', text: `${file}: ${expectation}: ${code}: ${flow}` }),
        ),
        ...lay({ head: '          ', text: 'these hold by now: take them out of the baseline' }),
        '',
      ];

/** `2 files, 23 expectations, 31 flows: 22 ok, 1 failed`. */
function summaryLines({ counts, outcome }: CheckReport, paint: Paint): readonly string[] {
  const { files, expectations, flows, errors, warnings, held, failed, warned, known, unknown } = counts;
  const looked = [plural(files, 'file'), plural(expectations, 'expectation'), plural(flows, 'flow')].join(
    ', ',
  );
  const found = [
    errors > 0 && plural(errors, 'error'),
    warnings + warned > 0 && plural(warnings + warned, 'warning'),
    `${held} ok`,
    failed > 0 && `${failed} failed`,
    unknown > 0 && `${unknown} unknown`,
    known > 0 && `${known} known`,
  ].filter(Boolean);
  const brush = outcome === 'held' ? paint.green : outcome === 'unknown' ? paint.yellow : paint.red;
  return lay({ head: '', text: `${looked}: ${found.join(', ')}`, paint: (text) => paint.bold(brush(text)) });
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
