/** Results: to standard output, or to a file that appears only when it is whole. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { reasonOf } from './load.ts';
import { UsageError } from './usage.ts';

export function write(file: string | undefined, text: string): void {
  if (file === undefined || file === '-') {
    process.stdout.write(text);
    return;
  }
  const draft = `${file}.${process.pid}.part`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new UsageError(`cannot write ${file}: ${reasonOf(error)}`);
  }
}
