/** JSON pointers (RFC 6901), the names of places in a document. */

/** The tokens of a pointer, unescaped; a leading `/` may be missing. */
export function pointerTokens(pointer: string): readonly string[] {
  if (pointer === '') return [];
  const tokens = (pointer.startsWith('/') ? pointer.slice(1) : pointer).split('/');
  return tokens.map((token) =>
    token.includes('~') ? token.replaceAll('~1', '/').replaceAll('~0', '~') : token,
  );
}
