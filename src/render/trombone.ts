/** Traffic that crosses a link between places only to come back. */
import type { WalkReport } from '../report/report.ts';
import { hopNumber } from './verdict.ts';
import { listText } from './words.ts';

/** `dci is crossed twice, and need not be: dc1 > dc2 at hop 5 and dc2 > dc1 at hop 9`. */
export const tromboneTexts = (report: WalkReport): readonly string[] =>
  (report.trombones ?? []).map(({ link, crossings, needed }) => {
    const ways = crossings.map(({ from, to, ...at }) => `${from} > ${to} at hop ${hopNumber(report, at)}`);
    const need = needed === 0 ? 'and need not be' : `where ${times(needed)} would do`;
    return `${link} is crossed ${times(crossings.length)}, ${need}: ${listText(ways)}`;
  });

const times = (count: number): string => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);
