/** A table without borders: names of columns, a rule, rows of cells. */
import Table from 'cli-table3';
import { headOf } from './escape.ts';
import { WIDTH } from './line.ts';

/** Cells may have several lines. With `widths`, cells wrap at blanks; what does not fit a line is not cut in silence. */
export function tableOf(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  widths?: readonly number[],
): readonly string[] {
  const rules = columns.map((name, i) => Math.max(name.length, ...rows.map((row) => widest(row[i] ?? ''))));
  const table = new Table({
    chars: { ...NO_BORDER, middle: GAP },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    ...(widths && { colWidths: [...widths], wordWrap: true }),
  });
  table.push(
    [...columns],
    rules.map((rule, i) => '-'.repeat(Math.min(rule, widths?.[i] ?? rule))),
    ...rows.map((row) => [...row]),
  );
  return table
    .toString()
    .split('\n')
    .map((line) => fit(line.trimEnd()));
}

/** Between columns. */
export const GAP = '  ';

const fit = (line: string): string => (line.length > WIDTH ? `${headOf(line, WIDTH - 3)}...` : line);

const widest = (cell: string): number => Math.max(...cell.split('\n').map((line) => line.length));

const NO_BORDER = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
  ].map((part) => [part, '']),
);
