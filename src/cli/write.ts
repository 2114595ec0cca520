/** Results: to standard output, or to a file that appears only when it is whole. */
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { printable } from '../source/printable.ts';
import { codeOf, reasonOf } from './failure.ts';
import { UsageError } from './usage.ts';

export function write(file: string | undefined, text: string | Uint8Array): void {
  writing(file, (add) => add(text));
}

/** Writes what `produce` adds, part by part. */
export function writing(
  file: string | undefined,
  produce: (add: (text: string | Uint8Array) => void) => void,
): void {
  if (file === undefined || file === '-') {
    produce((text) => process.stdout.write(text));
    return;
  }
  const whole = inWords(file, () => beginFile(file));
  try {
    produce((text) => inWords(file, () => writeSync(whole.descriptor, Buffer.from(text))));
    inWords(file, whole.finish);
  } catch (error) {
    whole.abandon();
    throw error;
  }
}

interface WholeFile {
  readonly descriptor: number;
  readonly finish: () => void;
  readonly abandon: () => void;
}

/** A file is replaced at once, behind its links; a device or pipe is written to. */
function beginFile(file: string): WholeFile {
  const known = statSync(file, { throwIfNoEntry: false });
  if (known && !known.isFile()) {
    const descriptor = openSync(file, 'w');
    const close = (): void => closeSync(descriptor);
    return { descriptor, finish: close, abandon: close };
  }
  const target = known ? realpathSync(file) : file;
  const draft = `${target}.${process.pid}.part`;
  const descriptor = openSync(draft, 'w');
  return {
    descriptor,
    finish: () => {
      closeSync(descriptor);
      renameSync(draft, target);
    },
    abandon: () => rmSync(draft, { force: true }),
  };
}

/** What the system refuses is a mistake of the user's. */
function inWords<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const reason = codeOf(error) === 'ENOENT' ? 'there is no such directory' : reasonOf(error);
    throw new UsageError(`cannot write ${printable(file)}: ${reason}`);
  }
}

/** Writes parts as they come, and asks for the next when the last is taken: a result of any length takes no memory. */
export async function writeParts(file: string | undefined, parts: Iterable<string>): Promise<void> {
  if (file !== undefined && file !== '-') {
    writing(file, (add) => {
      for (const part of parts) add(part);
    });
    return;
  }
  let isRead = true;
  const lose = (): void => {
    isRead = false;
  };
  process.stdout.on('error', lose);
  for (const part of parts) {
    if (!process.stdout.write(part)) await drained(process.stdout);
    // Nobody reads on. Standard output forgets an error once it has told it.
    if (!isRead || process.stdout.errored) break;
  }
  process.stdout.off('error', lose);
}

const DRAINED = ['drain', 'error', 'close'] as const;

async function drained(stream: NodeJS.WriteStream): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      for (const event of DRAINED) stream.off(event, done);
      resolve();
    };
    for (const event of DRAINED) stream.on(event, done);
  });
}
