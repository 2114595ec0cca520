// What a start need not compile: V8 takes what the build left, and never what it left of another bundle.
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Script } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram, type Program } from './bad-input/program.ts';

interface Bundle {
  readonly bundle: string;
  cached(): Buffer | undefined;
  load(cachedData: Buffer | undefined): Script;
}

let program: Program;
let built: Bundle;

beforeAll(() => {
  program = buildProgram();
  built = createRequire(import.meta.url)(join(program.directory, 'bin/bundle.js')) as Bundle;
});

afterAll(() => program.remove());

test('when the program has been built then V8 takes what the build compiled', () => {
  expect(built.load(built.cached()).cachedDataRejected).toBe(false);
});

test('when the cache is of another V8 then the program runs all the same', async () => {
  const cache = join(program.directory, 'dist/nettrace.cache');
  const bytes = readFileSync(cache);
  // The hash of V8's version follows its magic number (v8/src/snapshot/code-serializer.h, SerializedCodeData).
  bytes[4]! ^= 0xff;
  writeFileSync(cache, bytes);
  expect(built.load(built.cached()).cachedDataRejected).toBe(true);
  expect(await program.run(['--version'])).toMatchObject({ status: 0, stderr: '' });
});

test('when the bundle is newer than the cache then there is no cache', () => {
  const later = Date.now() / 1000 + 60;
  utimesSync(built.bundle, later, later);
  expect(built.cached()).toBeUndefined();
});
