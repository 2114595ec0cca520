/** What a flow does not survive, for a terminal. */
import type { BreakingFact, WalkReport } from '../report/report.ts';
import { lay } from './line.ts';
import { PLAIN_PAINT } from './paint.ts';
import { headLines, type TextOptions } from './text.ts';
import { failuresText, outcomeText } from './verdict.ts';

/** The text ends with a line feed; no line is wider than 100 columns, colour apart. */
export function renderFailures(report: WalkReport, { paint = PLAIN_PAINT }: TextOptions = {}): string {
  const { breaking = [] } = report.failures ?? {};
  const tint = breaking.length === 0 ? paint.green : paint.yellow;
  const verdict = (right?: string): readonly string[] =>
    lay({
      head: '',
      text: failuresText(report),
      right,
      paint: (text) => paint.bold(tint(text)),
      paintRight: paint.dim,
    });
  const more = report.cut
    ? lay({ head: '', text: 'there are more sets of failures than were walked', paint: paint.yellow })
    : [];
  const names = breaking.map(({ fail }) => fail.join(' + ') || 'nothing fails');
  const width = Math.min(48, Math.max(0, ...names.map((name) => name.length)));
  const rows = breaking.flatMap((one, i) =>
    lay({ head: `  ${names[i]!.padEnd(width)}  `, text: breakingText(one), paintHead: paint.bold }),
  );
  const [first] = breaking;
  const attempt = first && [
    ...first.choices.map(({ node, picked }) => `--pick ${node}=${picked}`),
    ...first.fail.map((one) => `--fail ${one}`),
  ];
  return `${[
    ...verdict(report.topology.name),
    ...more,
    ...headLines(report),
    '',
    ...rows,
    ...(rows.length > 0 ? [''] : []),
    ...(attempt && attempt.length > 0
      ? lay({
          head: 'see'.padEnd(9),
          text: `${attempt.join(' ')}  (instead of --fail-any)`,
          paintHead: paint.bold,
        })
      : []),
    ...verdict(),
  ].join('\n')}\n`;
}

function breakingText(one: BreakingFact): string {
  const picks = one.choices.map(({ node, picked }) => `${node}=${picked}`);
  return `${outcomeText(one)}${picks.length === 0 ? '' : `  with ${picks.join(' ')}`}`;
}
