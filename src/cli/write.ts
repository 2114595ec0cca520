/** Results: to standard output, or to a file that appears only when it is whole. */
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { printable } from '../source/printable.ts';
import { codeOf, reasonOf } from './failure.ts';
import { UsageError } from './usage.ts';

export function write(file: string | undefined, text: string | Uint8Array): void {
  if (file === undefined || file === '-') {
    process.stdout.write(text);
    return;
  }
  const whole = inWords(file, () => beginFile(file));
  try {
    inWords(file, () => whole.add(text));
    inWords(file, whole.finish);
  } catch (error) {
    whole.abandon();
    throw error;
  }
}

interface WholeFile {
  readonly add: (text: string | Uint8Array) => void;
  readonly finish: () => void;
  readonly abandon: () => void;
}

/** A file is replaced at once, behind its links; a device or pipe is written to. */
function beginFile(file: string): WholeFile {
  const known = statSync(file, { throwIfNoEntry: false });
  if (known && !known.isFile()) {
    const descriptor = openSync(file, 'w');
    const close = (): void => closeSync(descriptor);
    return { add: into(descriptor), finish: close, abandon: close };
  }
  const target = known ? realpathSync(file) : file;
  const draft = `${target}.${process.pid}.part`;
  const descriptor = openSync(draft, 'w');
  return {
    add: into(descriptor),
    finish: () => {
      closeSync(descriptor);
      renameSync(draft, target);
    },
    abandon: () => rmSync(draft, { force: true }),
  };
}

const into =
  (descriptor: number): WholeFile['add'] =>
  (text) =>
    void writeSync(descriptor, Buffer.from(text));

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
export async function writeParts(
  file: string | undefined,
  parts: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  if (file !== undefined && file !== '-') {
    await writeFile(file, parts);
    return;
  }
  let isRead = true;
  const lose = (): void => {
    isRead = false;
  };
  process.stdout.on('error', lose);
  for await (const part of parts) {
    if (!process.stdout.write(part)) await drained(process.stdout);
    // Nobody reads on. Standard output forgets an error once it has told it.
    if (!isRead || process.stdout.errored) break;
  }
  process.stdout.off('error', lose);
}

async function writeFile(file: string, parts: Iterable<string> | AsyncIterable<string>): Promise<void> {
  const whole = inWords(file, () => beginFile(file));
  try {
    for await (const part of parts) inWords(file, () => whole.add(part));
    inWords(file, whole.finish);
  } catch (error) {
    whole.abandon();
    throw error;
  }
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
