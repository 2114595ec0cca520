/** The program as a user runs it: built from the sources as they are, started in a directory of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  /** Runs `nettrace ARGS` among these files. A run that takes ten seconds is killed and has no status. */
  run(
    args: readonly string[],
    files?: ReadonlyMap<string, string | Uint8Array>,
    stdin?: string,
  ): Promise<Ran>;
  /** The directory that the next run happens in is new; this is where all of them are. */
  readonly directory: string;
  remove(): void;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Builds the program into a temporary directory, so that what is tested is never an old build. */
export function buildProgram(): Program {
  const directory = mkdtempSync(join(tmpdir(), 'nettrace-bad-input-'));
  cpSync(join(ROOT, 'bin'), join(directory, 'bin'), { recursive: true });
  const rolldown = join(ROOT, 'node_modules/rolldown/bin/cli.mjs');
  const bundle = join(directory, 'dist/nettrace.cjs');
  execFileSync(process.execPath, [rolldown, '-c', 'rolldown.config.js', '--file', bundle], { cwd: ROOT });
  execFileSync(process.execPath, [join(directory, 'bin/warm.js')]);
  let runs = 0;
  return {
    directory,
    run: async (args, files = new Map(), stdin = '') => {
      const cwd = join(directory, `run-${runs++}`);
      mkdirSync(cwd);
      for (const [name, content] of files) writeFileSync(join(cwd, name), content);
      return start([join(directory, 'bin/nettrace.js'), ...args], cwd, stdin);
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

async function start(args: readonly string[], cwd: string, stdin: string): Promise<Ran> {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '' };
  const child = spawn(process.execPath, args, { cwd, env, timeout: 10_000 });
  const texts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  // A program that has seen enough closes its input.
  child.stdin.on('error', () => undefined).end(stdin);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, ...texts }));
  });
}
