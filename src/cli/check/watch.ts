/** `--watch`: checks again what a change touches. */
import { existsSync, realpathSync, watch, type FSWatcher } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { CheckReport } from '../../report/check.ts';
import { STATUS, UsageError } from '../usage.ts';
import { directoriesOf } from './files.ts';
import { pathOf } from './input.ts';
import { runCheck, type Asked, type Done, type Run } from './run.ts';

/** Tells of changes in directories. */
export interface Watcher {
  /** These directories from now on, and no others. */
  follow(directories: ReadonlySet<string>): void;
  stop(): void;
}

export type Watch = (changed: (path: string) => void) => Watcher;

/** Milliseconds in which changes are gathered: editors write a file in several steps. */
const PAUSE = 100;

/** Runs again after changes, and tells each report; what is returned ends it. A mistake is told, and waited out. */
export function rerunning(
  asked: Asked,
  first: Run,
  watchWith: Watch,
  tell: (report: CheckReport) => void,
): () => void {
  let { done } = first;
  let timer: NodeJS.Timeout | undefined;
  let mistake = '';
  const changed = new Set<string>();
  const watcher = watchWith((path) => {
    changed.add(path);
    clearTimeout(timer);
    timer = setTimeout(again, PAUSE);
  });
  const follow = (): void => watcher.follow(directoriesFor(asked, done));
  const again = (): void => {
    const kept = untouched(done, changed, asked.options.baseline);
    changed.clear();
    try {
      const run = runCheck(asked, kept);
      const isOther = run.done.size !== kept.size || done.size !== run.done.size;
      ({ done } = run);
      mistake = '';
      if (isOther) tell(run.report);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      done = kept;
      process.exitCode = STATUS.usage;
      // Once: what is written may be a change itself, of a file that is followed.
      if (error.message !== mistake) process.stderr.write(`error: ${error.message}\n`);
      mistake = error.message;
    }
    follow();
  };
  follow();
  return () => {
    clearTimeout(timer);
    watcher.stop();
  };
}

/** Files of which nothing that they read has changed, nor anything that others read which share it with them. */
function untouched(
  done: ReadonlyMap<string, Done>,
  changed: ReadonlySet<string>,
  baseline: string | undefined,
): ReadonlyMap<string, Done> {
  if (baseline !== undefined && isWithin(changed, pathOf(baseline))) return new Map();
  const touched = new Set(changed);
  const left = new Map(done);
  for (let size = -1; size !== left.size;) {
    size = left.size;
    for (const [file, { input }] of left)
      if (input.reads.some((path) => isWithin(touched, path))) {
        for (const path of input.reads) touched.add(path);
        left.delete(file);
      }
  }
  // What is known and was not seen is counted over all files.
  return baseline !== undefined && left.size < done.size ? new Map() : left;
}

/** Whether it, or a directory around it, is one of these. */
const isWithin = (paths: ReadonlySet<string>, path: string): boolean =>
  paths.has(path) || (dirname(path) !== path && isWithin(paths, dirname(path)));

/** Where something can change that matters: beside what was named or read, and where new files would be found. */
const directoriesFor = (
  { names, options: { baseline } }: Asked,
  done: ReadonlyMap<string, Done>,
): ReadonlySet<string> =>
  new Set([
    ...directoriesOf(names).map((directory) => realpathSync(resolve(directory))),
    ...[
      ...names.map((name) => resolve(name)),
      ...[...done.values()].flatMap(({ input }) => input.reads),
      ...(baseline === undefined ? [] : [pathOf(baseline)]),
    ].map((path) => nearestThere(dirname(path))),
  ]);

/** The directory, or the nearest one around it from which its return is seen. */
const nearestThere = (directory: string): string =>
  existsSync(directory) ? realpathSync(directory) : nearestThere(dirname(directory));

/** Changes as the system tells of them. */
export const onDisk: Watch = (changed) => {
  const open = new Map<string, FSWatcher>();
  const follow = (directories: ReadonlySet<string>): void => {
    for (const [directory, one] of open)
      if (!directories.has(directory)) {
        one.close();
        open.delete(directory);
      }
    for (const directory of directories) if (!open.has(directory)) add(directory);
  };
  const add = (directory: string): void => {
    try {
      const one = watch(directory, (_event, name) => changed(join(directory, String(name))));
      // A directory that is taken away is told of by the one around it.
      one.on('error', () => undefined);
      open.set(directory, one);
    } catch {
      // It is not there: nothing can change in it.
    }
  };
  return { follow, stop: () => follow(new Set()) };
};
