/** A report as JSON: keys in the order in which the report was made, which is the same every time. */

export interface JsonOptions {
  /** One line, for JSON Lines. */
  readonly compact?: boolean;
}

/**
 * The JSON and a line feed. JSON itself escapes C0 controls only; the others that a terminal obeys, and characters that
 * reorder what is read, are escaped as well, which changes no value.
 */
export function renderJson(report: unknown, { compact = false }: JsonOptions = {}): string {
  const json = JSON.stringify(report, undefined, compact ? undefined : 2);
  return `${json.replace(OBEYED, escaped)}\n`;
}

/** DEL and C1; the marks that Unicode's bidirectional algorithm, and line and paragraph ends, are made of. */
const OBEYED = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
