/** Where in the user's document a behaviour comes from. */

/**
 * A JSON pointer (RFC 6901) into the topology document such as `/routeTables/rt-spoke1/routes/0`, optionally with
 * `#N` for the N-th line of the text that stands there. source/ turns it into file:line:column when somebody reads it.
 */
export type Cite = string;

/** The place below `at`: keys are escaped as RFC 6901 section 3 says. */
export const below = (at: Cite, ...keys: readonly (string | number)[]): Cite =>
  keys.reduce<Cite>((path, key) => `${path}/${escaped(String(key))}`, at);

const escaped = (key: string): string =>
  /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key;
