// What a golden case's walks say in JSON, whatever format its command asks for: the command again, in this process.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { WalkOptions } from '../../src/cli/walk-options.ts';
import { walkBatch } from '../../src/cli/walk-batch.ts';
import { walkCommand } from '../../src/cli/walk.ts';
import type { WalkReport } from '../../src/report/report.ts';
import { wordsOf, type Case } from './case.ts';
import { inItsDirectory } from './run.ts';

/** The reports of a case; none when it does not walk, or nothing could be walked. */
export async function reportsOf(golden: Case): Promise<readonly WalkReport[]> {
  const [command, ...words] = wordsOf(golden.command);
  if (command !== 'walk' || golden.outcome.status === 2) return [];
  return inItsDirectory(golden, (directory) => walk(optionsOf(words), directory, golden.stdin ?? ''));
}

async function walk(options: WalkOptions, directory: string, stdin: string): Promise<readonly WalkReport[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'nettrace-report-'));
  const output = join(scratch, 'reports.jsonl');
  const flows = join(scratch, 'flows.jsonl');
  const { topology, batch, capture: _, ...rest } = options;
  const before = process.exitCode;
  try {
    writeFileSync(flows, stdin);
    const wanted: WalkOptions = {
      ...rest,
      ...(topology !== undefined && {
        topology: isAbsolute(topology) ? topology : join(directory, topology),
      }),
      format: 'json',
      output,
    };
    if (batch === undefined) walkCommand(wanted);
    else await walkBatch(flows, { ...wanted, batch: flows });
    const text = readFileSync(output, 'utf8');
    return batch === undefined
      ? [JSON.parse(text) as WalkReport]
      : text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as WalkReport);
  } finally {
    process.exitCode = before;
    rmSync(scratch, { recursive: true });
  }
}

const FLAGS: Readonly<Record<string, Partial<WalkOptions>>> = {
  '--no-return': { return: false },
  '--handshake': { handshake: true },
  '--keep-state': { keepState: true },
  '--all-paths': { allPaths: true },
  '--mid-flow': { midFlow: true },
  '--past-drops': { pastDrops: true },
  '--df': { df: true },
  '--no-df': { df: false },
  '-v': { verbose: 1 },
  '-vv': { verbose: 2 },
};
const camelCase = (word: string): string =>
  word.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

const REPEATABLE = new Set(['set', 'thenSet', 'pick', 'fail']);

function optionsOf(words: readonly string[]): WalkOptions {
  const options: Record<string, unknown> = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const flag = FLAGS[word];
    if (flag) {
      Object.assign(options, flag);
      continue;
    }
    const name = word === '-t' ? 'topology' : camelCase(word.replace(/^--/, ''));
    const value = words[++i];
    options[name] = REPEATABLE.has(name) ? [...((options[name] as string[]) ?? []), value] : value;
  }
  return { return: true, verbose: 0, color: 'never', quiet: true, ...options } as WalkOptions;
}
