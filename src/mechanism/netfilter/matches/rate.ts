/** Rates, as -m limit and -m hashlimit write and keep them. */
import type { Form } from '../extension.ts';

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['min', 60],
  ['sec', 1],
] as const;

const NAMES = ['second', 'minute', 'hour', 'day'];

/** How many ticks of 1/scale seconds pass between two packets of a rate such as `5/minute` or `5`. */
export function parseRate(text: string, scale: number): number | undefined {
  const [, figures, unit = 's'] = /^(\d+)[^/]*(?:\/(.+))?$/.exec(text) ?? [];
  const name = NAMES.find((one) => one.startsWith(unit.toLowerCase()));
  const count = Number(figures ?? 0);
  if (count === 0 || name === undefined || text.endsWith('/')) return undefined;
  const period = Math.floor((scale * secondsOf(name)) / count);
  return period === 0 || count / secondsOf(name) > scale ? undefined : period;
}

const secondsOf = (name: string): number => UNITS.find(([unit]) => name.startsWith(unit))![1];

/** The kernel keeps the period, so what is printed is the largest unit that gives the number back (print_rate). */
export function formatRate(period: number, scale: number): string {
  let i = 1;
  for (; i < UNITS.length; i++) {
    const ticks = UNITS[i]![1] * scale;
    if (period > ticks || Math.floor(ticks / period) < ticks % period) break;
  }
  const [name, seconds] = UNITS[i - 1]!;
  return `${Math.floor((seconds * scale) / period)}/${name}`;
}

/** A rate with its unit, which may be cut short; a second unless given. */
export const rate = (scale: number): Form => ({
  is: 'a rate, such as 3/minute',
  spell: (text) => {
    const period = parseRate(text, scale);
    return period === undefined ? undefined : formatRate(period, scale);
  },
});
