/** Lines of at most 100 columns: a head, a text that wraps, and something at the right edge. */
import { headOf, tailOf, visible } from './escape.ts';
import { PLAIN_PAINT } from './paint.ts';

export const WIDTH = 100;

export interface Line {
  /** Printed as it is, once; the text starts right behind it and wraps below its own start. */
  readonly head: string;
  readonly text: string;
  /** At the right edge: of the text's last line where it fits, else of a line of its own. */
  readonly right?: string | undefined;
  readonly paintHead?: (text: string) => string;
  readonly paint?: (text: string) => string;
  readonly paintRight?: (text: string) => string;
}

const same = PLAIN_PAINT.dim;

/** Lays a line out; of a `head` wider than half the width the rest is cut. */
export function lay({
  head,
  text,
  right,
  paintHead = same,
  paint = same,
  paintRight = same,
}: Line): string[] {
  const shownHead = headOf(visible(head), WIDTH / 2);
  const indent = ' '.repeat(shownHead.length);
  const rows = wrap(visible(text), WIDTH - shownHead.length);
  const edge =
    right === undefined || right === '' ? undefined : shorten(visible(right), WIDTH - shownHead.length);
  const lines = rows.map(
    (row, i) => (i === 0 ? painted(shownHead, paintHead) : indent) + painted(row, paint),
  );
  if (edge === undefined) return lines.map(trimmed);
  const used = shownHead.length + (rows.at(-1)?.length ?? 0);
  const gap = WIDTH - used - edge.length;
  if (gap >= 2) lines[lines.length - 1] += ' '.repeat(gap) + paintRight(edge);
  else lines.push(' '.repeat(WIDTH - edge.length) + paintRight(edge));
  return lines.map(trimmed);
}

const trimmed = (line: string): string => line.trimEnd();

/** Colour starts and ends at text, so that spaces stay spaces. */
function painted(text: string, paint: (text: string) => string): string {
  const core = text.trim();
  if (core === '') return text;
  const start = text.indexOf(core);
  return text.slice(0, start) + paint(core) + text.slice(start + core.length);
}

/** The end of a text matters most at the right edge: a file name, a line number. */
const shorten = (text: string, width: number): string =>
  text.length <= width ? text : `...${tailOf(text, width - 3)}`;

/** How much shorter a line may become for a better break. */
const SLACK = 24;

/** Breaks at spaces; a word that is longer than a line is cut. */
function wrap(text: string, width: number): string[] {
  const rows: string[] = [];
  let rest = text.trimEnd();
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const best = seamBefore(rest, space, width);
    const cut = best > width / 3 ? best : width;
    const row = headOf(rest, cut);
    rows.push(row.trimEnd());
    rest = rest.slice(row.length).trimStart();
  }
  rows.push(rest);
  return rows;
}

/** Rather between two items, and rather before an option than between it and its argument. */
function seamBefore(text: string, space: number, width: number): number {
  if (space < 1) return space;
  const word = text.lastIndexOf(' ', space - 1);
  const isOption = /^--?[a-z]/.test(text.slice(word + 1, space));
  const seam = isOption ? word : text.slice(0, space).lastIndexOf('  ');
  return seam > width - SLACK ? seam : space;
}
