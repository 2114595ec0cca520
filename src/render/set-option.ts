/** `--set PATH=VALUE` as one types it: keys joined by dots, quoted where a shell would read more into it than a word. */

/** What the path syntax gives a meaning to. */
const SPECIAL = /[.[\\]/g;

/**
 * Sets `key` of the thing that a JSON pointer leads to; a pointer that ends with the key already names it. Dots inside
 * of a key that stands in the file need no sign of their own; those of a key that does not do.
 */
export function setOption(pointer: string | undefined, key: string, value: string): string | undefined {
  if (pointer === undefined) return undefined;
  const keys = pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const isThere = keys.at(-1) === key;
  const path = [...(isThere ? keys.slice(0, -1) : keys).map(escaped), isThere ? key : escaped(key)].join('.');
  // The first equals sign ends the path.
  if (path === '' || path.includes('=')) return undefined;
  return `--set ${shellWord(`${path}=${value}`)}`;
}

const escaped = (key: string): string => key.replaceAll(SPECIAL, String.raw`\$&`);

const shellWord = (word: string): string =>
  /^[\w./=:~-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
