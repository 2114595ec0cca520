// Runs a golden case as its user would: the program as built from the sources, in a process of its own.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wordsOf, type Case, type Outcome } from './case.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** `program` is the file to start: a bin/nettrace.js beside its bundle. */
export async function run(golden: Case, program: string): Promise<Outcome> {
  const words = [program, ...wordsOf(golden.command)];
  return inItsDirectory(golden, (cwd) => start(words, cwd, golden.stdin ?? ''));
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

function start(words: readonly string[], cwd: string, stdin: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'], NO_COLOR: '1' };
    const child = spawn(process.execPath, words, { cwd, env });
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
