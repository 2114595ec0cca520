/** What a reader needs of a flow that is not as expected: the claims, the walk in short, why, and what to try. */
import type { ExpectationFact, FailureFact, PlaceFact } from '../../report/check.ts';
import { explain } from '../explanation.ts';
import { flowText } from '../flow.ts';
import { renderMinimal } from '../minimal.ts';
import { verdictText } from '../verdict.ts';
import { violationText } from './violation.ts';

/** A line: a head of fixed width, a text, a place at the right edge. */
export interface Row {
  readonly head: string;
  readonly text: string;
  readonly at?: PlaceFact | undefined;
}

/** Failing flows of an expectation that are shown; the others are counted. */
const MOST_SHOWN = 3;

export function failureRows({ failures, why }: ExpectationFact): readonly Row[] {
  const shown = failures.filter(({ walk }) => walk).slice(0, MOST_SHOWN);
  const first = shown.length > 0 ? shown : failures.slice(0, 1);
  const rest = failures.length - first.length;
  return [
    ...first.flatMap(flowRows),
    ...(rest > 0 ? [row('flow', `${rest} more ${rest === 1 ? 'flow' : 'flows'}`)] : []),
    ...(why === undefined ? [] : [row('because', why)]),
  ];
}

function flowRows({ flow, fail = [], choices = [], violations, walk }: FailureFact): readonly Row[] {
  const claims = violations.flatMap((one): readonly Row[] => [
    row('expect', violationText(one), one.at),
    ...(one.hop ? [row('', `at hop ${one.hop.number}, ${one.hop.node}`, one.decided)] : []),
  ]);
  const branch = choices.map(({ node, picked }) => `${node}=${picked}`).join(' ');
  const head = [
    row('flow', flowText(flow)),
    ...said('failed', fail.length === 0 ? undefined : fail.join(', ')),
    ...said('branch', branch === '' ? undefined : branch),
  ];
  if (!walk) return [...head, ...claims];
  const { why, nearly } = explain(walk);
  const story = [verdictText(walk), ...renderMinimal(walk).trimEnd().split('\n')];
  return [
    ...head,
    ...claims,
    ...story.map((text, i) => row(i === 0 ? 'walk' : '', text)),
    ...said('why', why),
    ...said('nearly', nearly),
  ];
}

const row = (head: string, text: string, at?: PlaceFact): Row => ({ head, text, at });

const said = (head: string, text: string | undefined): readonly Row[] =>
  text === undefined ? [] : [row(head, text)];

/** `hub.yaml:12:5`. */
export const placeText = ({ file, line, column }: PlaceFact): string => `${file}:${line}:${column}`;

/** The rows as plain lines, for formats that lay out nothing. */
export const plainRows = (rows: readonly Row[]): readonly string[] =>
  rows.map(({ head, text, at }) => `${head.padEnd(8)} ${text}${at ? `  (${placeText(at)})` : ''}`);
