import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inWords } from '../src/cli/load.ts';
import { Diagnostics } from '../src/source/diagnostic.ts';
import { readDocument } from '../src/source/document.ts';
import { readTopology } from '../src/topology/topology.ts';
import { readCases, writeCases, type Case } from './bad-input/cases.ts';
import { buildProgram, type Program } from './bad-input/program.ts';

const DIRECTORY = new URL('bad-input/', import.meta.url);
const FILES = readdirSync(DIRECTORY).filter((name) => name.endsWith('.txt'));
const isUpdate = process.env['UPDATE'] === '1' && process.env['CI'] === undefined;

let program: Program;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

/** What the program says of a topology, without starting it. */
function read(content: string): string {
  const { document, diagnostics } = readDocument('topology.yaml', content);
  const found = new Diagnostics();
  found.report(...diagnostics, ...(document ? readTopology(document).diagnostics : []));
  return inWords(found.all);
}

async function run(args: readonly string[], files: Case['files']): Promise<string> {
  const { status, stdout, stderr } = await program.run(args, files);
  expect({ status, stdout }, stderr).toEqual({ status: 2, stdout: '' });
  return stderr;
}

describe.each(FILES)('%s', (name) => {
  const file = new URL(name, DIRECTORY);
  const { preface, cases } = readCases(readFileSync(file, 'utf8'));
  const said = new Map<Case, string>();

  const titled = cases.map((one) => [one.title, one] as const);

  test.concurrent.each(titled)('when there is %s then it is explained', async (_title, one) => {
    const { args, files } = one;
    const stderr = args === undefined ? read(files.get('topology.yaml') ?? '') : await run(args, files);
    said.set(one, stderr);
    expect(stderr).toContain('error');
    expect(stderr).not.toMatch(/^ +at |(?!\n)\p{Cc}/mu);
    if (!isUpdate) expect(stderr.trimEnd()).toBe(one.stderr);
  });

  afterAll(() => {
    const answers = cases.map((one) => ({ case: one, stderr: said.get(one) ?? one.stderr }));
    if (isUpdate) writeFileSync(file, writeCases(preface, answers));
  });
});

test.concurrent.each(FILES)(
  'when the program reads the first topology of %s then it says the same',
  async (name) => {
    const one = readCases(readFileSync(new URL(name, DIRECTORY), 'utf8')).cases.find((each) => !each.args);
    const walk = ['walk', '-t', 'topology.yaml', '--src', '10.0.0.4', '--dst', '10.0.0.5', '--proto', 'icmp'];
    if (one) expect((await run(walk, one.files)).trimEnd()).toBe(one.stderr);
  },
);
