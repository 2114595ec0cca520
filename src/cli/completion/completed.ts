/** A command as shells complete it. */
export interface Completed {
  readonly name: string;
  readonly about: string;
  /** What its argument may be, if that is a choice. */
  readonly words: readonly string[];
  readonly takesFiles: boolean;
  readonly options: readonly CompletedOption[];
}

export interface CompletedOption {
  /** `-t`, `--topology`. */
  readonly names: readonly string[];
  readonly about: string;
  /** The choices of its value, of which there may be none to name; undefined when it takes none. */
  readonly takes: readonly string[] | undefined;
}
