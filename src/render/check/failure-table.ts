/** What does not hold, one row an expectation: the end of a long check says what its middle said at length. */
import type { CheckReport, ExpectationFact } from '../../report/check.ts';
import { tailOf, visible } from '../escape.ts';
import { WIDTH } from '../line.ts';
import { GAP, tableOf } from '../table.ts';
import { placeText } from './failure.ts';
import { violationText, wordOf } from './violation.ts';

const COLUMNS = ['', 'Expectation', 'Does not hold', 'At'] as const;
const MOST_ROWS = 50;
const WIDEST_PLACE = 30;

/** Nothing for less than two of them, which the reader has just seen. */
export function failureTable({ files }: CheckReport): readonly string[] {
  const failing = files.flatMap(({ expectations }) => expectations.filter(isTold));
  if (failing.length < 2) return [];
  const rows = failing.slice(0, MOST_ROWS).map(cellsOf);
  const more = failing.length - rows.length;
  return [...tableOf(COLUMNS, rows, widthsOf(rows)), ...(more > 0 ? [`… and ${more} more`] : []), ''];
}

const isTold = ({ outcome }: ExpectationFact): boolean => outcome === 'failed' || outcome === 'unknown';

function cellsOf(expectation: ExpectationFact): readonly string[] {
  const [first] = expectation.failures.flatMap(({ violations }) => violations);
  const place = placeText(expectation.at);
  return [
    wordOf(expectation),
    visible(expectation.name),
    first ? visible(violationText(first)) : '',
    visible(place.length > WIDEST_PLACE ? `...${tailOf(place, WIDEST_PLACE - 3)}` : place),
  ];
}

/** The words and the places have what they need; the other two share the rest. */
function widthsOf(rows: readonly (readonly string[])[]): readonly number[] {
  const needed = COLUMNS.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const [word = 0, name = 0, claim = 0, place = 0] = needed;
  const rest = WIDTH - word - place - (COLUMNS.length - 1) * GAP.length;
  const named = Math.min(name, Math.max(Math.floor(rest / 2), rest - claim));
  return [word, named, Math.min(claim, rest - named), place];
}
