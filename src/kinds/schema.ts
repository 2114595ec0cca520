/** Shapes that several kinds share. */
import * as v from 'valibot';
import type { Text } from './kind.ts';

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

/** A name that others refer to, as in `vnet/subnet`, `node/port` or `node=member`. */
export const name = v.pipe(
  v.string(),
  v.regex(
    /^(?=.{1,80}$)[^\s/:=](?:[^/:=]*[^\s/:=])?$/,
    'a name has 1 to 80 characters, none of them a slash, colon or equals sign, and no blank at either end',
  ),
);

/** What the kernel takes as the name of an interface (dev_valid_name). */
export const interfaceName = v.pipe(
  v.string(),
  v.regex(
    /^(?!\.{1,2}$)[^\s/:]{1,15}$/,
    'an interface name has 1 to 15 characters, none of them a blank, slash or colon, and is not . or ..',
  ),
);

/** The name of a NIC, which is neither the loopback interface nor the host's port to the fabric. */
export const nicName = v.pipe(
  v.string(),
  v.regex(
    /^(?!(?:\.{1,2}|lo|fabric)$)[^\s/:]{1,15}$/,
    'a NIC’s name has 1 to 15 characters, none of them a blank, slash or colon, and is not ., .., lo or fabric',
  ),
);

/** A text, or a reference to a file that has it. */
export const textOrFile = (about: string): v.GenericSchema<Text> =>
  v.pipe(
    v.union([
      v.string(),
      v.strictObject({
        file: v.pipe(
          v.string(),
          v.description('A file in the folder of the topology or below, as nva1.rules.'),
        ),
      }),
    ]),
    v.description(about),
  );

/** Where a node is; moving it is this one key. */
export const place = v.pipe(
  name,
  v.description(
    'The place that it is at, one of those that interSiteLinks join. Changed, it has moved there. A machine with a `host` is where that is.',
  ),
);

/** A map from names to things of one shape. */
export const named = <const Schema extends v.GenericSchema>(
  schema: Schema,
): v.RecordSchema<typeof name, Schema, undefined> => v.record(name, schema);

/** One or a list of at least one. */
export const oneOrMore = (text: string): v.GenericSchema<string | string[]> =>
  v.pipe(v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1))]), v.description(text));

/** One or a list of them. */
export const oneOrMany = (text: string): v.GenericSchema<string | string[]> =>
  v.pipe(v.union([v.string(), v.array(v.string())]), v.description(text));

export const asList = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
