/** A check as JUnit's XML, as CI systems read it: a test suite a file, a test case a finding and an expectation. */
import type { CheckedFile, CheckReport, DiagnosticFact, ExpectationFact } from '../../report/check.ts';
import type { FindingFact } from '../../report/lint.ts';
import { visible } from '../escape.ts';
import { failureRows, placeText, plainRows } from './failure.ts';
import { findingRows, findingWord, isOfWeight } from '../lint/rows.ts';
import { findingText } from '../lint/sentences.ts';
import { isFailure, violationText, wordOf } from './violation.ts';

export function renderJunit({ command, files }: CheckReport): string {
  const suites = files.flatMap(suiteLines);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    tag('testsuites', {
      name: `nettrace ${command}`,
      tests: sum(files, testsOf),
      failures: sum(files, failuresOf),
      errors: sum(files, errorsOf),
    }),
    ...suites,
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

const sum = (files: readonly CheckedFile[], of: (file: CheckedFile) => number): number =>
  files.reduce((total, file) => total + of(file), 0);

const testsOf = ({ expectations, findings }: CheckedFile): number =>
  expectations.length + 1 + (findings ? Math.max(findings.length, 1) : 0);

const failuresOf = ({ expectations, findings }: CheckedFile): number =>
  expectations.filter(isFailure).length + (findings ?? []).filter(isOfWeight).length;
const errorsOf = ({ diagnostics }: CheckedFile): number => (diagnostics.some(isError) ? 1 : 0);
const isError = ({ severity }: DiagnosticFact): boolean => severity === 'error';

function suiteLines(file: CheckedFile): readonly string[] {
  const { expectations, findings } = file;
  const light = (findings ?? []).filter((one) => !isOfWeight(one));
  const skipped = expectations.filter(isSkipped).length + light.length;
  const counts = { failures: failuresOf(file), errors: errorsOf(file), skipped };
  return [
    `  ${tag('testsuite', { name: file.file, tests: testsOf(file), ...counts })}`,
    ...fileCase(file),
    ...(findings ? lintCases(file, findings) : []),
    ...expectations.flatMap((one) => caseLines(file, one)),
    '  </testsuite>',
  ];
}

/** Known, or a warning: told, and not counted. */
const isSkipped = (one: ExpectationFact): boolean => one.outcome !== 'held' && !isFailure(one);

/** The first case of a suite is that the file has no mistakes. */
function fileCase({ file, diagnostics }: CheckedFile): readonly string[] {
  const errors = diagnostics.filter(isError);
  const text = diagnostics.map(
    ({ at, severity, code, message, suggestion }) =>
      `${at ? `${placeText(at)}: ` : ''}${severity}[${code}]: ${message}${suggestion === undefined ? '' : `\n    ${suggestion}`}`,
  );
  const open = (isEmpty: boolean): string =>
    `    ${tag('testcase', { name: 'has no mistakes', classname: file }, isEmpty)}`;
  if (diagnostics.length === 0) return [open(true)];
  const [first] = errors;
  const body = first
    ? element('error', { message: first.message, type: first.code }, text)
    : element('system-out', {}, text);
  return [open(false), body, '    </testcase>'];
}

/** One case a finding, or one for all rules. */
function lintCases({ file }: CheckedFile, findings: readonly FindingFact[]): readonly string[] {
  if (findings.length === 0)
    return [`    ${tag('testcase', { name: 'has no findings', classname: file }, true)}`];
  return findings.flatMap((one) => {
    const message = findingText(one);
    const text = [`${placeText(one.at)}: ${message}`, ...plainRows(findingRows(one))];
    const open = `    ${tag('testcase', { name: `${one.code} at ${one.pointer}`, classname: file })}`;
    const body = isOfWeight(one)
      ? [element('failure', { message, type: one.code }, text)]
      : [
          `      ${tag('skipped', { message: `${findingWord(one)}: ${message}` }, true)}`,
          element('system-out', {}, text),
        ];
    return [open, ...body, '    </testcase>'];
  });
}

function caseLines({ file }: CheckedFile, expectation: ExpectationFact): readonly string[] {
  const { name, outcome, failures } = expectation;
  const open = (isEmpty: boolean): string => `    ${tag('testcase', { name, classname: file }, isEmpty)}`;
  if (outcome === 'held') return [open(true)];
  const first = failures[0]?.violations[0];
  const message = first ? violationText(first) : '';
  const text = plainRows(failureRows(expectation));
  if (isFailure(expectation))
    return [open(false), element('failure', { message, type: first?.code ?? '' }, text), '    </testcase>'];
  return [
    open(false),
    `      ${tag('skipped', { message: `${wordOf(expectation)}: ${message}` }, true)}`,
    element('system-out', {}, text),
    '    </testcase>',
  ];
}

type Attributes = Readonly<Record<string, string | number>>;

function tag(name: string, attributes: Attributes, isEmpty = false): string {
  const listed = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  return `<${name}${listed.join('')}${isEmpty ? '/' : ''}>`;
}

const element = (name: string, attributes: Attributes, text: readonly string[]): string =>
  `      ${tag(name, attributes)}${escaped(text.join('\n'))}</${name}>`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Lines are kept; what XML 1.0 has no character for is spelt out. */
const escaped = (text: string): string =>
  text
    .split('\n')
    .map((line) => visible(line).replaceAll(/[&<>"']/g, (found) => ENTITIES[found]!))
    .join('\n');
