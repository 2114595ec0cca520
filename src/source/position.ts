/** A place in a user's file, as editors count it. */

export interface Position {
  /** As the user named it; for a value given with `--set` the option itself. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units, as SARIF and the language server protocol count. */
  readonly column: number;
}

/** `file:line:column`, the form that terminals and editors make clickable. */
export const formatPosition = ({ file, line, column }: Position): string => `${file}:${line}:${column}`;
