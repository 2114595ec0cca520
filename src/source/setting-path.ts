/** The path of a `--set PATH=VALUE`: a JSON pointer, or keys joined by dots. */
import { pointerTokens } from './pointer.ts';

export interface PathToken {
  readonly text: string;
  /** Whether a bare dot joins it to the token before, which may turn out to be one key with a dot in it. */
  readonly isDotted: boolean;
}

// `[0]`, `["a.b"]` or `['a.b']`; or a dot and a run of anything but dots and brackets, where \ takes the next as it is.
const TOKEN = /\[(?:"([^"]*)"|'([^']*)'|([^\]"']+))\]|(\.?)((?:\\.|[^.[\\])+)/gsy;

/**
 * The tokens of a path: of `/a/b~1c` and `a.b`, `a\.b.c`, `routes[0].name`, `sysctl["net.ipv4.ip_forward"]`.
 * Undefined when it is no path.
 */
export function pathTokens(path: string): readonly PathToken[] | undefined {
  if (path.startsWith('/')) return pointerTokens(path).map((text) => ({ text, isDotted: false }));
  const tokens: PathToken[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < path.length) {
    const match = TOKEN.exec(path);
    if (match === null) return undefined;
    const [, double, single, bare, dot, word] = match;
    const isFirst = tokens.length === 0;
    // Between two words there is a dot, and before the first one there is none.
    if (word !== undefined && (dot === '.') === isFirst) return undefined;
    const text = word === undefined ? (double ?? single ?? bare ?? '') : word.replaceAll(/\\(.)/gs, '$1');
    tokens.push({ text, isDotted: word !== undefined && !isFirst });
  }
  return tokens.length > 0 ? tokens : undefined;
}

/** How many tokens from `start` on could be one key with dots in it: at least one. */
export function longestRun(tokens: readonly PathToken[], start: number): number {
  let length = 1;
  while (tokens[start + length]?.isDotted === true) length++;
  return length;
}

/** The key that `length` tokens from `start` on are together. */
export const joined = (tokens: readonly PathToken[], start: number, length: number): string =>
  tokens
    .slice(start, start + length)
    .map(({ text }) => text)
    .join('.');
