/** JSON pointers (RFC 6901), the names of places in a document. */

/** The token as it stands in a pointer: `~` and `/` escaped. */
export const escapeToken = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1');

/** The pointer of a child: `childPointer('/vnets', 'a/b')` is `/vnets/a~1b`. */
export const childPointer = (pointer: string, token: string | number): string =>
  `${pointer}/${typeof token === 'number' ? token : escapeToken(token)}`;

/** The pointer of a path of keys and indexes; the empty path is the whole document. */
export const pointerOf = (path: Iterable<string | number>): string => {
  let pointer = '';
  for (const token of path) pointer = childPointer(pointer, token);
  return pointer;
};

/** The tokens of a pointer, unescaped; a leading `/` may be missing. */
export function pointerTokens(pointer: string): readonly string[] {
  if (pointer === '') return [];
  const tokens = (pointer.startsWith('/') ? pointer.slice(1) : pointer).split('/');
  return tokens.map((token) =>
    token.includes('~') ? token.replaceAll('~1', '/').replaceAll('~0', '~') : token,
  );
}
