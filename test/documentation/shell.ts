/** A reader's terminal: a directory of its own, the files that a page showed so far, the captures of this repository, and nettrace on the path. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Ran {
  /** Standard output and standard error as a terminal shows them. */
  readonly output: string;
  readonly status: number;
}

export interface Shell {
  /** Writes a file into the reader's directory. */
  write(name: string, text: string): void;
  /** Runs a line of bash; the status of a pipe is that of its first part that failed. */
  run(line: string): Ran;
  close(): void;
}

/** Bundles the program from its sources, so that no test judges an old one. */
export function openShell(): Shell {
  const root = mkdtempSync(join(tmpdir(), 'nettrace-documentation-'));
  const [bin, here] = [join(root, 'bin'), join(root, 'here')];
  for (const folder of [bin, here]) mkdirSync(folder);
  mkdirSync(join(here, 'test'));
  symlinkSync(resolve('test/captures'), join(here, 'test', 'captures'));
  const bundle = join(root, 'nettrace.cjs');
  const built = spawnSync(
    process.execPath,
    [
      resolve('node_modules/rolldown/bin/cli.mjs'),
      '--config',
      resolve('rolldown.config.js'),
      '--file',
      bundle,
    ],
    { encoding: 'utf8' },
  );
  if (built.status !== 0) throw new Error(`nettrace cannot be built:\n${built.stdout}${built.stderr}`);
  const shim = join(bin, 'nettrace');
  writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' '${bundle}' "$@"\n`);
  chmodSync(shim, 0o755);
  return {
    write: (name, text) => writeFileSync(join(here, name), text),
    run: (line) => {
      const { stdout, status } = spawnSync('bash', ['-o', 'pipefail', '-c', `exec 2>&1\n${line}`], {
        cwd: here,
        encoding: 'utf8',
        env: { PATH: `${bin}:${process.env['PATH']}`, HOME: here, NO_COLOR: '1' },
        timeout: 30_000,
      });
      return { output: stdout, status: status ?? -1 };
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

export const hasProgram = (name: string): boolean =>
  spawnSync('bash', ['-c', `command -v ${name}`]).status === 0;
