/** Ways there against ways back as a table, where it is one that a terminal has room for. */
import type { MatrixFact, PairFact, PickFact } from '../report/report.ts';
import { visible } from './escape.ts';
import { WIDTH } from './line.ts';
import type { Paint } from './paint.ts';
import { percent } from './verdict.ts';
import { listText } from './words.ts';

const MOST_ROWS = 16;
const MOST_COLUMNS = 4;
const GAP = 2;
const HEAD = 'there  ';

/** A way there and a way back, and what becomes of flows that take them. */
interface Cell {
  readonly there: readonly PickFact[];
  readonly back: readonly PickFact[];
  readonly share: number | null;
  readonly text: string;
}

/** Nothing where there is one way only, there or back, or more than there is room for. */
export function matrixLines({ forward, return: back, pairs }: MatrixFact, paint: Paint): readonly string[] {
  const cells = telling(
    pairs.map((pair) => ({
      there: forward[pair.forward]!.picks,
      back: back[pair.return]!.picks,
      share: pair.share,
      text: outcomeText(pair),
    })),
  );
  const rows = eachOnce(cells.map(({ there }) => wayText(there)));
  const columns = eachOnce(cells.map((cell) => wayText(cell.back)));
  const isTable = [rows, columns].every(({ length }) => length > 1);
  if (!isTable || rows.length > MOST_ROWS || columns.length > MOST_COLUMNS) return [];
  const cellOf = (row: string, column: string): string =>
    cellText(cells.filter((one) => wayText(one.there) === row && wayText(one.back) === column));
  const table = [
    ['', ...columns],
    ...rows.map((row) => [row, ...columns.map((column) => cellOf(row, column))]),
  ];
  const widths = table[0]!.map((_, at) => Math.max(...table.map((row) => row[at]!.length)) + GAP);
  if (widths.reduce((sum, one) => sum + one, HEAD.length - GAP) > WIDTH) return [];
  return table.map((row, i) => {
    const head = i === 0 ? 'back' : i === 1 ? 'there' : '';
    const line = `${head.padEnd(HEAD.length)}${row.map((text, at) => text.padEnd(widths[at]!)).join('')}`;
    return i === 0 ? paint.dim(line.trimEnd()) : line.trimEnd();
  });
}

const eachOnce = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

/** Without choices that decide nothing: however they go, what becomes of the pairs is the same. */
function telling(cells: readonly Cell[]): readonly Cell[] {
  const nodes = eachOnce(cells.flatMap(({ there, back }) => [...there, ...back].map(({ node }) => node)));
  return nodes.reduce((now, node) => {
    const others = (picks: readonly PickFact[]): readonly PickFact[] =>
      picks.filter((one) => one.node !== node);
    const without = now.map((cell) => ({ ...cell, there: others(cell.there), back: others(cell.back) }));
    const outcomes = new Map(without.map((cell) => [placeOf(cell), cell.text]));
    return without.every((cell) => outcomes.get(placeOf(cell)) === cell.text) ? without : now;
  }, cells);
}

const placeOf = ({ there, back }: Cell): string => `${wayText(there)} | ${wayText(back)}`;

const wayText = (picks: readonly PickFact[]): string =>
  visible(picks.map(({ node, picked }) => `${node}=${picked}`).join(' ') || 'nothing to choose');

/** `25% session-invalid at nva2` */
function cellText(cells: readonly Cell[]): string {
  const [first] = cells;
  if (!first) return '-';
  const share = cells.reduce<number | null>(
    (sum, one) => (sum === null || one.share === null ? null : sum + one.share),
    0,
  );
  return `${share === null ? '' : `${percent(share)} `}${first.text}`;
}

function outcomeText({ verdict, reason, node, meets }: PairFact): string {
  if (verdict !== 'delivered') return visible(`${reason ?? verdict}${node === null ? '' : ` at ${node}`}`);
  return visible(meets.length === 0 ? 'delivered' : `delivered, ${listText(meets)} both ways`);
}
