// Runs golden cases as their users would: the program as built from the sources, with its arguments and its files.
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildProgram } from '../bad-input/program.ts';
import { wordsOf, type Case, type Outcome } from './case.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Runner {
  run(golden: Case): Promise<Outcome>;
  close(): void;
}

/** Builds the program. Cases with files or input get a process of their own, the others share a few. */
export function openRunner(): Runner {
  const program = buildProgram();
  const start = join(program.directory, 'bin', 'nettrace.js');
  const lanes = Array.from({ length: availableParallelism() }, () =>
    openLane(join(program.directory, 'dist', 'nettrace.cjs')),
  );
  let next = 0;
  return {
    run: (golden) => {
      const words = wordsOf(golden.command);
      if (golden.files.size === 0 && golden.stdin === undefined)
        return lanes[next++ % lanes.length]!.run(words);
      return inItsDirectory(golden, (cwd) => spawned([start, ...words], cwd, golden.stdin ?? ''));
    },
    close: () => {
      for (const lane of lanes) lane.close();
      program.remove();
    },
  };
}

/** Lays the case's files out; without any it is at home in the repository. */
export async function inItsDirectory<T>(
  { files }: Case,
  act: (directory: string) => T | Promise<T>,
): Promise<T> {
  if (files.size === 0) return act(ROOT);
  const directory = mkdtempSync(join(tmpdir(), 'nettrace-case-'));
  try {
    for (const [name, text] of files) writeFileSync(join(directory, name), text);
    return await act(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const ENVIRONMENT = { PATH: process.env['PATH'], NO_COLOR: '1' };

interface Lane {
  run(words: readonly string[]): Promise<Outcome>;
  close(): void;
}

function openLane(bundle: string): Lane {
  const lane = fork(join(ROOT, 'test', 'golden', 'lane.cjs'), [bundle], {
    cwd: ROOT,
    env: ENVIRONMENT,
    execArgv: [],
    silent: true,
  });
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (words) => {
      const turn = last.then(() => ask(lane, words));
      last = turn.catch(() => undefined);
      return turn;
    },
    close: () => lane.kill(),
  };
}

function ask(lane: ChildProcess, words: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`the program ended its lane with ${code}`));
    lane.once('exit', ended);
    lane.once('message', (outcome) => {
      lane.off('exit', ended);
      resolve(outcome as Outcome);
    });
    lane.send([...words]);
  });
}

function spawned(words: readonly string[], cwd: string, stdin: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { cwd, env: ENVIRONMENT });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.on('error', reject);
    child.on('close', (status) => resolve({ stdout, stderr, status: status ?? Number.NaN }));
    // A program that reads no input may be gone before it is closed.
    child.stdin.on('error', () => undefined).end(stdin);
  });
}
