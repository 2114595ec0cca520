/** What is wrong with the user's input, where, and what to do about it. */
import type { DiagnosticCode } from './diagnostic-codes.ts';
import type { Position } from './position.ts';

export { DIAGNOSTICS, type DiagnosticCode } from './diagnostic-codes.ts';

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: 'error' | 'warning';
  /** One sentence in plain English without the position; text from the file in it is printable. */
  readonly message: string;
  /** Absent iff it concerns no file. */
  readonly at?: Position;
  /** What to write instead, such as `did you mean "eth0"?`. */
  readonly suggestion?: string;
}

/** Collects diagnostics in any order and gives them back sorted by file, line, column and code. */
export class Diagnostics {
  readonly #reported: Diagnostic[] = [];

  report(...diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) this.#reported.push(diagnostic);
  }

  get all(): readonly Diagnostic[] {
    return this.#reported.toSorted(byPlace);
  }

  get errors(): readonly Diagnostic[] {
    return this.all.filter(({ severity }) => severity === 'error');
  }

  get warnings(): readonly Diagnostic[] {
    return this.all.filter(({ severity }) => severity === 'warning');
  }
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By file, line, column, code and message; those without a position come first. */
function byPlace(a: Diagnostic, b: Diagnostic): number {
  return (
    order(a.at?.file ?? '', b.at?.file ?? '') ||
    (a.at?.line ?? 0) - (b.at?.line ?? 0) ||
    (a.at?.column ?? 0) - (b.at?.column ?? 0) ||
    order(a.code, b.code) ||
    order(a.message, b.message)
  );
}
