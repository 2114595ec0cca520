/**
 * A check in the Test Anything Protocol: a test point a file, a finding and an expectation. Version 13, which every consumer knows:
 * Perl's own refuses 14.
 */
import type { CheckedFile, CheckReport, ExpectationFact } from '../../report/check.ts';
import type { FindingFact } from '../../report/lint.ts';
import { visible } from '../escape.ts';
import { failureRows, placeText, plainRows } from './failure.ts';
import { findingRows, findingWord, isOfWeight } from '../lint/rows.ts';
import { findingText } from '../lint/sentences.ts';
import { wordOf } from './violation.ts';

interface Point {
  readonly isGood: boolean;
  readonly title: string;
  /** What keeps a point that is not good from counting. */
  readonly todo?: string | undefined;
  readonly details: readonly (readonly [key: string, lines: readonly string[]])[];
}

export function renderTap({ files }: CheckReport): string {
  const points = files.flatMap((file) => [
    filePoint(file),
    ...(file.findings ? lintPoints(file, file.findings) : []),
    ...file.expectations.map((one) => pointOf(file, one)),
  ]);
  const lines = ['TAP version 13', `1..${points.length}`, ...points.flatMap(pointLines)];
  return `${lines.join('\n')}\n`;
}

function filePoint({ file, diagnostics }: CheckedFile): Point {
  const told = diagnostics.map(
    ({ code, severity, message, at }) => `${at ? `${placeText(at)}: ` : ''}${severity}[${code}]: ${message}`,
  );
  return {
    isGood: diagnostics.every(({ severity }) => severity !== 'error'),
    title: `${file} has no mistakes`,
    details: told.length === 0 ? [] : [['diagnostics', told]],
  };
}

/** One point a finding, or one for all rules. */
const lintPoints = ({ file }: CheckedFile, findings: readonly FindingFact[]): readonly Point[] =>
  findings.length === 0
    ? [{ isGood: true, title: `${file} has no findings`, details: [] }]
    : findings.map((one) => ({
        isGood: false,
        title: `${file}: ${one.code}`,
        todo: isOfWeight(one) ? undefined : findingWord(one),
        details: [
          ['at', [placeText(one.at)]],
          ['found', [findingText(one), ...plainRows(findingRows(one))]],
        ],
      }));

function pointOf({ file }: CheckedFile, expectation: ExpectationFact): Point {
  const { name, outcome, severity, at } = expectation;
  const isGood = outcome === 'held';
  return {
    isGood,
    title: `${file}: ${name}`,
    todo: !isGood && (outcome === 'known' || severity === 'warning') ? wordOf(expectation) : undefined,
    details: isGood
      ? []
      : [
          ['at', [placeText(at)]],
          ['found', plainRows(failureRows(expectation))],
        ],
  };
}

function pointLines({ isGood, title, todo, details }: Point, index: number): readonly string[] {
  const directive = todo === undefined ? '' : ` # TODO ${todo}`;
  const line = `${isGood ? 'ok' : 'not ok'} ${index + 1} - ${escaped(visible(title))}${directive}`;
  if (details.length === 0) return [line];
  return [line, '  ---', ...details.flatMap(detailLines), '  ...'];
}

/** A block of text needs no quotes, and Perl's reader takes a colon in quotes for that of a key. */
const detailLines = ([key, lines]: Point['details'][number]): readonly string[] => [
  `  ${key}: |`,
  ...lines.map((line) => `    ${visible(line)}`.trimEnd()),
];

/** In a description a number sign begins a directive. */
const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('#', '\\#');
