// `nettrace check --watch` as a process: it waits for changes on disk, and ends with the status of the last report.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram, type Program } from './bad-input/program.ts';

let program: Program | undefined;
beforeAll(() => {
  program = buildProgram();
}, 60_000);
afterAll(() => program?.remove());

const network = (address: string): string => `segments: { lan: {} }
machines:
  a: { nics: { eth0: { segment: lan } }, linux: { addresses: { eth0: 10.0.0.1/24 } } }
  b: { nics: { eth0: { segment: lan } }, linux: { addresses: { eth0: ${address} } } }
expect: [{ name: a reaches b, walk: { src: a, dst: b, proto: icmp } }]
`;

test('when a file changes then it is checked again, until an interrupt ends it with the last status', async () => {
  const cwd = join(program!.directory, 'watched');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'net.yaml'), network('10.0.0.2/24'));
  const child = spawn(process.execPath, ['../bin/nettrace.js', 'check', '.', '--watch'], { cwd });
  let stdout = '';
  const told = new Map<RegExp, () => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const [pattern, settle] of told) if (pattern.test(stdout)) settle();
  });
  const until = (pattern: RegExp): Promise<void> => new Promise((settle) => told.set(pattern, settle));
  const good = until(/: 1 ok\n/);
  const bad = until(/0 ok, 1 failed\n/);
  const waiting = once(child.stderr.setEncoding('utf8'), 'data');
  await good;
  expect(await waiting).toEqual(['nettrace: waiting for changes; Ctrl-C ends\n']);
  writeFileSync(join(cwd, 'net.yaml'), network('10.9.9.9/24'));
  await bad;
  expect(stdout).not.toContain('\u001B');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([1, null]);
}, 30_000);
