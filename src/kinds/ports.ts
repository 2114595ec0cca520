/** Port ranges as security rules write them. */
import * as v from 'valibot';
import { setOf, type IntegerSet } from '../value/integer-set.ts';
import { below, type Cite } from '../walk/cite.ts';
import type { Reading } from './kind.ts';
import { asList } from './schema.ts';
import type { Written } from './written.ts';

const portText = v.union([v.string(), v.number()]);

export type Ports = string | number | (string | number)[];

/** A port, a range, `*`, or a list of them. */
export const ports = (text: string): v.GenericSchema<Ports> =>
  v.pipe(v.union([portText, v.array(portText)]), v.description(text));

/** What stands under a key, each with its place. */
export const writtenPorts = (value: Ports | undefined, at: Cite): readonly Written<string>[] =>
  asList(value).map((one, i) => ({ value: String(one), at: Array.isArray(value) ? below(at, i) : at }));

/** The ports; undefined is any. What is no range is reported. */
export function readPorts(written: readonly Written<string>[], reading: Reading): IntegerSet | undefined {
  if (written.length === 0 || written.some(({ value }) => value === '*')) return undefined;
  const ranges = written.flatMap(({ value, at }) => {
    const [low, high = low] = /^\d{1,5}(-\d{1,5})?$/.test(value) ? value.split('-').map(Number) : [];
    if (low !== undefined && high !== undefined && low <= high && high <= 65_535)
      return { first: low, last: high };
    reading.report(
      'value-invalid',
      at,
      `"${value}" is not a port or a range of ports from 0 to 65535`,
      'write 22, 8080-8090 or "*", several as a list',
    );
    return [];
  });
  return setOf(ranges);
}
