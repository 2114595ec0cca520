// What others make of the reports of `nettrace check`: the schema of SARIF, parsers of TAP and JUnit, our own JSON Schema.
// The packages are for these tests alone; where one is not installed its test is skipped, in CI never.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, type Program } from './bad-input/program.ts';
import { hasProgram } from './documentation/shell.ts';
import { CHECK_SCHEMA } from '../src/report/check-schema.ts';

const require = createRequire(import.meta.url);
const isCi = !['', 'false'].includes(process.env['CI'] ?? '');

/** The file of a package; undefined where it is not installed. */
function installed(resolve: () => string): string | undefined {
  try {
    return resolve();
  } catch (error) {
    if (isCi) throw error;
    return undefined;
  }
}

const SARIF = installed(() => require.resolve('@microsoft/sarif-multitool-ts'));
const TAP = installed(() => require.resolve('tap-parser'));
const JUNIT = installed(() => require.resolve('junit2json'));

/** Everything that could be taken for markup, a command, a directive or an escape. */
const NASTY = `]]></failure> ::error:: # TODO \\ <&'"> % , : -- %0A {{x}} \u00e9`;

const FILES = new Map([
  ['net.yaml', readFileSync('topologies/hub-spoke-vpn.yaml', 'utf8').split(/^expect:/m, 1)[0]!],
  [
    'net.expect.yaml',
    `topology: net.yaml
expect:
  - name: holds
    walk: { src: mgmt-pc, dst: vm-prod-1, proto: tcp/22 }
  - name: ${JSON.stringify(NASTY)}
    why: ${JSON.stringify(NASTY)}
    walk: { src: mgmt-pc, dst: [vm-prod-1, vm-prod-2], proto: [udp/53, icmp] }
    not-via: [nva1, nva2]
    nat: { src: vm-prod-2 }
    return: { ttl: 5 }
  - name: a warning
    severity: warning
    walk: { src: mgmt-pc, dst: vm-prod-1, proto: tcp/22 }
    fail: [nva1, nva2]
`,
  ],
  [
    'odd.yaml',
    `lint:
  - { off: peering-one-sided, at: c, reason: ${JSON.stringify(NASTY)} }
  - { off: next-hop-unusable, reason: ${JSON.stringify(NASTY)} }
vnets:
  a: { addressPrefixes: [10.0.0.0/16], peerings: { b: {}, c: {} } }
  b: { addressPrefixes: [10.1.0.0/16] }
  c: { addressPrefixes: [10.2.0.0/16] }
`,
  ],
  ['wrong # file.yaml', 'vnets: { "<v>": { addressPrefixes: [10.0.0.0/33] } }\n'],
]);

let program: Program | undefined;
beforeAll(() => {
  program = buildProgram();
}, 60_000);
afterAll(() => program?.remove());

async function told(reporter: string): Promise<string> {
  const { stdout, stderr, status } = await program!.run(['check', '--reporter', reporter, '.'], FILES);
  expect({ stderr, status }).toEqual({ stderr: '', status: 2 });
  return stdout;
}

describe('when a check is told to other programs then they understand it', () => {
  test.skipIf(!SARIF)('sarif: the schema of SARIF 2.1.0', async () => {
    const file = join(SARIF!, '../../assets/sarif-2.1.0.schema.json');
    const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
    const isSarif = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
    const log = JSON.parse(await told('sarif')) as { runs: { results: { level: string }[] }[] };
    isSarif(log);
    expect(isSarif.errors ?? []).toEqual([]);
    expect(log.runs[0]?.results.map(({ level }) => level)).toEqual([
      ...Array.from({ length: 12 }, () => 'error'),
      'warning',
      'warning',
      'error',
      'error',
      'error',
    ]);
  });

  test.skipIf(!TAP)('tap: tap-parser', async () => {
    const { Parser } = (await import(TAP!)) as { Parser: { parse(text: string): [string, unknown][] } };
    const events = Parser.parse(await told('tap'));
    const points = events.flatMap(([type, point]) =>
      type === 'assert' ? [point as { ok: boolean; name: string; todo: unknown; diag: unknown }] : [],
    );
    expect(points.map(({ ok, name, todo }) => ({ ok, name, todo }))).toEqual([
      { ok: true, name: 'net.expect.yaml has no mistakes', todo: false },
      { ok: true, name: 'net.expect.yaml: holds', todo: false },
      { ok: false, name: `net.expect.yaml: ${NASTY}`, todo: false },
      { ok: false, name: 'net.expect.yaml: a warning', todo: 'warning' },
      { ok: true, name: 'net.yaml has no mistakes', todo: false },
      { ok: true, name: 'net.yaml has no findings', todo: false },
      { ok: true, name: 'odd.yaml has no mistakes', todo: false },
      { ok: false, name: 'odd.yaml: lint-unused', todo: 'warning' },
      { ok: false, name: 'odd.yaml: peering-one-sided', todo: false },
      { ok: false, name: 'odd.yaml: peering-one-sided', todo: 'off' },
      { ok: false, name: 'wrong # file.yaml has no mistakes', todo: false },
    ]);
    expect(points.map(({ diag }) => diag !== null && diag !== undefined)).toEqual([
      false,
      false,
      true,
      true,
      false,
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
    expect(events.filter(([type]) => type === 'extra')).toEqual([]);
    expect(events.find(([type]) => type === 'complete')).toMatchObject([
      'complete',
      { ok: false, count: 11, fail: 6, todo: 3, failures: { length: 3 } },
    ]);
  });

  test.skipIf(!hasProgram('prove'))('tap: the parser of Perl', async () => {
    const file = join(program!.directory, 'check.tap');
    writeFileSync(file, await told('tap'));
    const { stdout } = spawnSync('prove', ['--exec', 'cat', file], { encoding: 'utf8' });
    expect(stdout).toMatch(/Failed: 3\)\n {2}Failed tests: {2}3, 9, 11\n/);
    expect(stdout).not.toContain('Parse errors');
  });

  test.skipIf(!JUNIT)('junit: junit2json', async () => {
    const { parse } = (await import(JUNIT!)) as { parse: (xml: string) => Promise<object> };
    const suites = await parse(await told('junit'));
    expect(suites).toMatchObject({
      tests: 11,
      failures: 2,
      errors: 1,
      testsuite: [
        {
          name: 'net.expect.yaml',
          testcase: [
            { name: 'has no mistakes' },
            { name: 'holds' },
            {
              name: NASTY,
              failure: [{ type: 'expect-nat', inner: expect.stringContaining(NASTY) as string }],
            },
            { name: 'a warning', skipped: [{ message: expect.stringContaining('warning') as string }] },
          ],
        },
        { name: 'net.yaml' },
        { name: 'odd.yaml', testcase: [{}, {}, { failure: [{ type: 'peering-one-sided' }] }, {}] },
        { name: 'wrong # file.yaml', testcase: [{ error: [{ type: 'value-invalid' }] }] },
      ],
    });
  });

  test('json: the published schema', async () => {
    const isReport = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(CHECK_SCHEMA);
    isReport(JSON.parse(await told('json')));
    expect(isReport.errors ?? []).toEqual([]);
  });

  test('github: a command a line, whatever the names', async () => {
    const lines = (await told('github')).trimEnd().split('\n');
    expect(lines).toHaveLength(16);
    for (const line of lines)
      expect(line).toMatch(/^::(error|warning) file=[^:,]+,line=\d+,col=\d+,title=[^:,]*::[^\n]+$/);
  });
});

describe('when the example topologies are checked', () => {
  test('then all that they expect holds', async () => {
    const { stdout, status } = await program!.run(['check', join(import.meta.dirname, '..', 'topologies')]);
    expect(status, stdout).toBe(0);
    expect(stdout).toMatch(/hub-spoke-vpn\.yaml\n {2}ok /);
  });
});
