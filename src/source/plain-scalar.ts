/** What an unquoted scalar means: the core schema of YAML 1.2 (section 10.3.2), without infinity and not-a-number. */

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);
const DECIMAL = /^[-+]?(?:[0-9]+|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$/;
const OCTAL = /^0o[0-7]+$/;
const HEXADECIMAL = /^0x[0-9a-fA-F]+$/;

/**
 * The value of an unquoted scalar. As YAML 1.2 has it, `yes` and `on` are texts, `010` is ten, `0o10` eight, and
 * a number out of reach is a text; `losesDigits` tells integers that are not exact.
 */
export function plainScalar(source: string): string | number | boolean | null {
  const word = WORDS.get(source);
  if (word !== undefined) return word;
  const first = source.charCodeAt(0);
  // Numbers start with a digit, a sign or a dot, and most texts do not.
  if (first > 0x39 || first < 0x2b || source.length > 400) return source;
  const isNumber = DECIMAL.test(source) || OCTAL.test(source) || HEXADECIMAL.test(source);
  const number = isNumber ? Number(source) : Number.NaN;
  return Number.isFinite(number) ? number : source;
}

/** Whether the last digits of an integer are lost in `value`, what `source` was read as. */
export const losesDigits = (source: string, value: number): boolean =>
  Number.isInteger(value) &&
  !Number.isSafeInteger(value) &&
  /^(?:[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+)$/.test(source) &&
  BigInt(source.replace(/^\+/, '')) !== BigInt(value);
