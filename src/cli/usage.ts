/** A mistake of the user's on the command line or in a file: what is wrong and what to write instead. */
export class UsageError extends Error {
  readonly suggestion: string | undefined;

  constructor(message: string, suggestion?: string) {
    super(message);
    this.suggestion = suggestion;
  }
}

/** Exit statuses; `nettrace --help` lists them. */
export const STATUS = { good: 0, bad: 1, usage: 2, unknown: 3, bug: 70 } as const;
