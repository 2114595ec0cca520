/** Shapes that several kinds share. */
import * as v from 'valibot';

export const address = (text: string): v.GenericSchema<string> =>
  v.pipe(v.string(), v.description(text), v.examples(['10.0.1.4', 'fd00::4']));

export const prefix = (text: string): v.GenericSchema<string> =>
  v.pipe(v.string(), v.description(text), v.examples(['10.0.0.0/16', 'fd00::/48']));

/** Text that refers to something else in the file. */
export const reference = (text: string, example: string): v.GenericSchema<string> =>
  v.pipe(v.string(), v.description(text), v.examples([example]));

export const flag = (text: string): v.GenericSchema<boolean> => v.pipe(v.boolean(), v.description(text));

export const integer = (text: string, low: number, high: number): v.GenericSchema<number> =>
  v.pipe(v.number(), v.integer(), v.minValue(low), v.maxValue(high), v.description(text));

/** One or a list of them. */
export const oneOrMany = (text: string): v.GenericSchema<string | string[]> =>
  v.pipe(v.union([v.string(), v.array(v.string())]), v.description(text));

export const asList = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
