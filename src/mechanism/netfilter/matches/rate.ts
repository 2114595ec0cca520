/** Rates, as -m limit and -m hashlimit write and keep them. */
import type { Form } from '../extension.ts';

/** Seconds, by the names that are printed and, before the blank, the least that has to be written. */
const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['min', 60],
  ['sec', 1],
] as const;

const NAMES = ['second', 'minute', 'hour', 'day'];

/**
 * `5/minute` with its unit, which may be cut short; a second unless given. The kernel keeps how many ticks pass between
 * two packets (libxt_limit, `scale` 10,000 a second), so what is printed is the largest unit that gives the number back.
 */
export const rate = (scale: number, most: number): Form => ({
  is: `a rate, such as 3/minute`,
  spell: (text) => {
    const [, figures, unit = 's'] = /^(\d{1,10})(?:\/([a-z]+))?$/i.exec(text) ?? [];
    const name = NAMES.find((one) => one.startsWith(unit.toLowerCase()));
    const count = Number(figures ?? 0);
    if (count === 0 || count > most || name === undefined) return undefined;
    const period = Math.floor((scale * secondsOf(name)) / count);
    return period === 0 ? undefined : printPeriod(period, scale);
  },
});

const secondsOf = (name: string): number => UNITS.find(([unit]) => name.startsWith(unit))![1];

function printPeriod(period: number, scale: number): string {
  let i = 1;
  for (; i < UNITS.length; i++) {
    const ticks = UNITS[i]![1] * scale;
    if (period > ticks || Math.floor(ticks / period) < ticks % period) break;
  }
  const [name, seconds] = UNITS[i - 1]!;
  return `${Math.floor((seconds * scale) / period)}/${name}`;
}
