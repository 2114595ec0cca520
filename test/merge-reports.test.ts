// The shards of a check, put together, are the check: to every reporter, octet for octet.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, type Program } from './bad-input/program.ts';

const NETWORK = readFileSync('topologies/hub-spoke-vpn.yaml', 'utf8').split(/^expect:/m, 1)[0]!;

/** Expectations enough for more failing flows than one report keeps whole walks of. */
const many = (prefix: string, count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `  - name: ${prefix} ${i}
    walk: { src: mgmt-pc, dst: [vm-prod-1, vm-prod-2], proto: [tcp/${i + 1}, udp/53] }
    ${['reason: filter-denied', 'ttl: 63', 'via: [ilb-hub]', 'severity: warning\n    ttl: 64'][i % 4]}
`,
  ).join('');

const FILES = new Map([
  ['net.yaml', `${NETWORK}expect:\n${many('first', 36)}`],
  ['more.yaml', `topology: net.yaml\nexpect:\n${many('second', 16)}`],
  ['none.yaml', `topology: net.yaml\nexpect: []\n`],
  [
    'known.json',
    JSON.stringify({
      version: 1,
      known: [
        ['net.yaml', 'first 0', '10.3.0.4 > 10.1.0.4 tcp/1'],
        ['net.yaml', 'first 1', '10.3.0.4 > 10.1.0.4 tcp/2'],
        ['more.yaml', 'second 2', '10.3.0.4 > 10.1.0.4 udp/53'],
        ['more.yaml', 'that is no more', '10.3.0.4 > 10.1.0.4 udp/53'],
      ].map(([file, expectation, flow]) => ({ file, expectation, code: 'expect-verdict', flow })),
      findings: [{ file: 'net.yaml', code: 'peering-one-sided', pointer: '/vnets/vnet-hub' }],
    }),
  ],
]);

let program: Program | undefined;
beforeAll(() => {
  program = buildProgram();
}, 60_000);
afterAll(() => program?.remove());

const run = async (
  args: string,
  files: ReadonlyMap<string, string>,
): Promise<{ stdout: string; status: number | null }> => {
  const { stdout, stderr, status } = await program!.run(args.split(' '), files);
  expect(stderr).toBe('');
  return { stdout, status };
};

describe.each([1, 3])('when a check is cut into %i shards', (count) => {
  const shards = new Map<string, string>();
  beforeAll(async () => {
    for (let i = 1; i <= count; i++) {
      const args = `check . --baseline known.json --shard ${i}/${count} --reporter json`;
      shards.set(`${i}.json`, (await run(args, FILES)).stdout);
    }
  }, 60_000);

  // The other reporters see no more than the JSON.
  test.each(['spec', 'json'])(
    'then %s of the merged reports is that of the whole',
    async (reporter) => {
      const whole = await run(`check . --baseline known.json --reporter ${reporter}`, FILES);
      const names = [...shards.keys()].toReversed();
      const merged = await run(['merge-reports', ...names, '--reporter', reporter].join(' '), shards);
      expect(merged).toEqual(whole);
      expect(whole.status).toBe(1);
    },
    30_000,
  );
});

test('when a check is done in threads then it tells what one thread tells', async () => {
  // So large that threads are worth their start.
  const files = new Map([
    ...FILES,
    ['large.yaml', `${FILES.get('none.yaml')}${'# a comment\n'.repeat(20_000)}`],
  ]);
  const args = 'check . --baseline known.json --reporter json';
  const alone = await run(args, files);
  for (const jobs of [2, 3]) expect(await run(`${args} --jobs ${jobs}`, files)).toEqual(alone);
  const wrong = ['check', '.', '--only', 'nothing', '--jobs', '2'];
  expect(await program!.run(wrong, files)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^error: --only: /) as string,
  });
}, 60_000);

test('when checks of different files are merged then their files follow one another', async () => {
  const reports = new Map<string, string>();
  for (const file of ['net.yaml', 'more.yaml'])
    reports.set(`${file}.json`, (await run(`check ${file} --reporter json`, FILES)).stdout);
  const merged = await run('merge-reports net.yaml.json more.yaml.json', reports);
  expect(merged).toEqual(await run('check net.yaml more.yaml', FILES));
}, 30_000);

test('when shards are of different selections then they are no whole, and nothing is lost', async () => {
  const reports = new Map<string, string>();
  for (const args of ['1/2', '2/2 --grep 1'])
    reports.set(
      `${args[0]}.json`,
      (await run(`check more.yaml --no-lint --shard ${args} --reporter json`, FILES)).stdout,
    );
  expect(await program!.run(['merge-reports', '1.json', '2.json'], reports)).toMatchObject({
    status: 2,
    stdout: '',
    stderr:
      'error: the shards are not of one selection\n    run all of them with the same --only and --grep\n',
  });
}, 30_000);
