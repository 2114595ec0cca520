/** `nettrace init`: a topology to begin with. */
import { existsSync } from 'node:fs';
import { printable } from '../source/printable.ts';
import starter from './starter.yaml';
import { UsageError } from './usage.ts';
import { write } from './write.ts';

export interface InitOptions {
  readonly output: string;
  readonly force?: boolean;
}

/** Replaces a file only when told to. */
export function initCommand({ output, force }: InitOptions): void {
  if (output !== '-' && force !== true && existsSync(output))
    throw new UsageError(
      `${printable(output)} is there already`,
      'write another one with -o FILE, or replace it with --force',
    );
  write(output, starter);
  if (output !== '-') process.stderr.write(`nettrace: wrote ${printable(output)}\n`);
}
