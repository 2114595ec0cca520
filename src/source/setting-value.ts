/** The value of a `--set PATH=VALUE`. */
import { readWithLibrary } from './library-yaml.ts';
import { Lines } from './lines.ts';
import { Reading } from './reading.ts';

export type SettingValue = { readonly value: unknown } | { readonly problem: string };

/**
 * One YAML value: in brackets or quotes as YAML has it, else a number, `true`, `false`, null (or nothing), or the text
 * itself; only brackets and quotes have a grammar, so text with `: `, `#` or `*` in it needs no quoting.
 */
export function readSettingValue(source: string): SettingValue {
  const trimmed = source.trim();
  if (/^[[{"']/.test(trimmed)) return readBracketed(trimmed);
  const reading = new Reading(new Lines('', trimmed));
  const value = reading.plain(trimmed, 0);
  const [problem] = reading.problems;
  if (problem !== undefined) return { problem: problem.message };
  return { value: typeof value === 'string' && trimmed.includes('\n') ? source : value };
}

/** Read as the only item of a list, a quoted text is flow style too. */
function readBracketed(source: string): SettingValue {
  // The end of the line ends a comment.
  const reading = new Reading(new Lines('', `[${source}\n]`));
  const { value: items } = readWithLibrary(reading);
  const [problem] = reading.problems;
  if (problem !== undefined) return { problem: problem.message };
  if (!Array.isArray(items) || items.length !== 1) return { problem: 'it is not one value' };
  return { value: items[0] as unknown };
}
