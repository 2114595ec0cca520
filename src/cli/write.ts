/** Results: to standard output, or to a file that appears only when it is whole. */
import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { printable } from '../source/printable.ts';
import { codeOf, reasonOf } from './failure.ts';
import { UsageError } from './usage.ts';

export function write(file: string | undefined, text: string): void {
  if (file === undefined || file === '-') {
    process.stdout.write(text);
    return;
  }
  try {
    writeWhole(file, text);
  } catch (error) {
    const reason = codeOf(error) === 'ENOENT' ? 'there is no such directory' : reasonOf(error);
    throw new UsageError(`cannot write ${printable(file)}: ${reason}`);
  }
}

/** A file is replaced at once, behind its links; a device or pipe is written to. */
function writeWhole(file: string, text: string): void {
  const known = statSync(file, { throwIfNoEntry: false });
  if (known && !known.isFile()) {
    writeFileSync(file, text);
    return;
  }
  const target = known ? realpathSync(file) : file;
  const draft = `${target}.${process.pid}.part`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
