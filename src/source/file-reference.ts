/** A text that stands in a file of its own: `{ file: NAME }`, NAME being relative to the document that says so. */

/** The name in a reference; undefined for anything else. */
export function fileOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('file' in value)) return undefined;
  return typeof value.file === 'string' ? value.file : undefined;
}

/** The path of a file that a document names, as the document's own path is written. */
export const besides = (document: string, name: string): string => document.replace(/[^/\\]*$/, '') + name;
