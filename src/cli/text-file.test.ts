import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { textFiles } from './text-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'nettrace-files-'));
const topology = join(folder, 'nets', 'net.yaml');
mkdirSync(join(folder, 'nets', 'rules'), { recursive: true });
writeFileSync(topology, '');
writeFileSync(join(folder, 'nets', 'rules', 'nva1.rules'), '*filter\n');
writeFileSync(join(folder, 'nets', 'utf16.rules'), Buffer.from([0xff, 0xfe, 0x41, 0x00]));
writeFileSync(join(folder, 'secret'), 'secret');
symlinkSync(join('rules', 'nva1.rules'), join(folder, 'nets', 'inside'));
symlinkSync(join('..', 'secret'), join(folder, 'nets', 'outside'));
symlinkSync('..', join(folder, 'nets', 'up'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('when a topology names a file, then it is read only where it lies in the folder of the topology', () => {
  const cases: readonly (readonly [string, string | RegExp])[] = [
    ['rules/nva1.rules', '*filter\n'],
    ['inside', '*filter\n'],
    ['outside', /outside the folder/],
    ['up/secret', /outside the folder/],
    ['../secret', /outside the folder/],
    ['rules/../../secret', /outside the folder/],
    [join(folder, 'secret'), /outside the folder/],
    ['rules', /not a regular file/],
    ['', /not a regular file|outside the folder/],
    ['absent', /no such file/],
    ['utf16.rules', /UTF-16/],
  ];
  it.each(cases)('%s', (name, expected) => {
    const read = textFiles(topology)(name);
    if (typeof expected === 'string') expect(read).toBe(expected);
    else expect(read).toMatchObject({ problem: expect.stringMatching(expected) as string });
  });
});

it('when a topology is in no folder, then it has no files', () => {
  expect(textFiles('-')('a')).toMatchObject({ problem: expect.stringMatching(/standard input/) as string });
  expect(textFiles(undefined)('a')).toMatchObject({ problem: expect.stringMatching(/built-in/) as string });
});
