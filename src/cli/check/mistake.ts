/** Mistakes in an expectation, told at their place. */
import type { Diagnostic, DiagnosticCode } from '../../source/diagnostic.ts';
import type { Document } from '../../source/document.ts';
import type { Cite } from '../../walk/cite.ts';
import { printable } from '../../source/printable.ts';
import { UsageError } from '../usage.ts';

export type Report = (code: DiagnosticCode, at: Cite, message: string, suggestion?: string) => void;

/** A mistake at a place of a document. */
export const mistakeIn = (
  document: Document,
  code: DiagnosticCode,
  at: Cite,
  { message, suggestion }: Pick<UsageError, 'message' | 'suggestion'>,
): Diagnostic => ({
  code,
  severity: 'error',
  message: printable(message, LONGEST),
  at: document.locate(at),
  ...(suggestion !== undefined && { suggestion: printable(suggestion, LONGEST) }),
});

/** Characters: names and values of a file can be longer than a message is. */
const LONGEST = 400;

/** Does something that a mistake of the user's makes fail; the mistake is told at its place. */
export function attempt(at: Cite, report: Report, act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    report('value-invalid', at, asKey(error.message), error.suggestion && asKey(error.suggestion));
    return false;
  }
}

/** What is an option on the command line is a key in the file. */
const asKey = (text: string): string => text.replaceAll(/--(no-return|[a-z]+)\b/g, '$1');
