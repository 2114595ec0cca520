/** `--reporter NAME` and `--output-file FILE`, which belong together by their order. */
import type { Command } from 'commander';

export interface ReporterChoice {
  /** Undefined for a file that belongs to none. */
  readonly name: string | undefined;
  /** Undefined is standard output. */
  readonly file: string | undefined;
}

/** Adds the options; the list fills when the command line is parsed. */
export function reporterOptions(command: Command): readonly ReporterChoice[] {
  const chosen: ReporterChoice[] = [];
  command
    .option(
      '--reporter <name>',
      'spec, tap, junit, sarif, github, json or baseline (repeatable; default: spec)',
      (name) => chosen.push({ name, file: undefined }),
    )
    .option(
      '-o, --output-file <file>',
      'write there what the --reporter before it says (repeatable; default: standard output)',
      (file) => {
        const last = chosen.at(-1);
        if (!last) chosen.push({ name: 'spec', file });
        else if (last.file === undefined) chosen[chosen.length - 1] = { name: last.name, file };
        else chosen.push({ name: undefined, file });
      },
    );
  return chosen;
}
