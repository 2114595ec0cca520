// --jobs N: the same octets whatever N is, and no thread that outlives its use.
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram } from './bad-input/program.ts';
import { ROOT } from './golden/run.ts';

const MINUTE = 60_000;
const TOPOLOGY = join(ROOT, 'topologies', 'hub-spoke-vpn.yaml');

let program: ReturnType<typeof buildProgram> | undefined;
beforeAll(() => {
  program = buildProgram();
}, MINUTE);
afterAll(() => program?.remove());

const start = (): string => join(program!.directory, 'bin', 'nettrace.js');

/** A file of flows from many ports, of which some are dropped. */
function flows(count: number): string {
  const file = join(program!.directory, `flows-${count}.jsonl`);
  const lines = Array.from({ length: count }, (_, i) => ({
    src: i % 3 === 0 ? 'vm-prod-1' : 'mgmt-pc',
    dst: i % 2 === 0 ? 'vm-prod-2' : '10.1.0.77',
    proto: i % 5 === 0 ? 'icmp' : 'tcp/22',
    ...(i % 5 !== 0 && { sport: 1024 + i }),
  }));
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return file;
}

/** A topology of routers side by side, over which a flow is balanced. */
function parallel(count: number): string {
  const file = join(program!.directory, 'parallel.yaml');
  const hops = Array.from({ length: count }, (_, i) => `nexthop via 10.0.1.${i + 10} dev eth0`);
  const end = (name: string, address: string, routes: string): string =>
    `  ${name}: { nics: { eth0: { segment: ${name} } }, linux: { addresses: { eth0: [${address}/24] }, routes: "${routes}" } }`;
  const router = (_: unknown, i: number): string =>
    `  r${i}: { nics: { eth0: { segment: left }, eth1: { segment: right } }, linux: { sysctl: { net.ipv4.ip_forward: 1 }, ` +
    `addresses: { eth0: [10.0.1.${i + 10}/24], eth1: [10.0.2.${i + 10}/24] }, routes: "10.0.1.0/24 dev eth0\\n10.0.2.0/24 dev eth1" } }`;
  const lines = [
    'segments: { left: {}, right: {} }',
    'machines:',
    end('left', '10.0.1.1', `10.0.1.0/24 dev eth0\\n10.0.2.0/24 ${hops.join(' ')}`),
    end('right', '10.0.2.1', '10.0.2.0/24 dev eth0\\n10.0.1.0/24 via 10.0.2.10'),
    ...Array.from({ length: count }, router),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

const run = (...words: readonly string[]): Ran => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [start(), ...words], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { stdout, stderr, status };
};

describe('when work is done in threads then its result is that of one', () => {
  test.each<[string, number, (file: string) => readonly string[]]>([
    ['walk --batch', 560, (file) => ['walk', '-t', TOPOLOGY, '--batch', file, '--format', 'minimal']],
    ['walk --batch as JSON', 530, (file) => ['walk', '-t', TOPOLOGY, '--batch', file]],
    [
      'walk --batch --keep-state',
      530,
      (file) => ['walk', '-t', TOPOLOGY, '--batch', file, '--keep-state', '--format', 'minimal'],
    ],
    [
      'walk --fail-any',
      24,
      () => [
        'walk',
        '-t',
        parallel(24),
        '--src',
        'left',
        '--dst',
        'right',
        '--proto',
        'udp/53',
        '--fail-any',
        '2',
      ],
    ],
    [
      'compare --batch',
      80,
      (file) =>
        [
          ['compare', TOPOLOGY, '--batch', file, '--format', 'json'],
          ['--set', 'vnets.vnet-spoke2.vni=10021', '--set', 'routeTables.rt-gw-snet.routes.to-spoke2='],
        ].flat(),
    ],
  ])(
    '%s',
    (_what, count, wordsOf) => {
      const words = wordsOf(flows(count));
      const alone = run(...words);
      expect(alone.stdout.length).toBeGreaterThan(1000);
      expect(alone.status).toBe(1);
      for (const jobs of ['2', '3']) expect(run(...words, '--jobs', jobs)).toEqual(alone);
    },
    MINUTE,
  );

  test(
    'and so is the file that it is written to',
    () => {
      const words = ['walk', '-t', TOPOLOGY, '--batch', flows(600), '--format', 'minimal'];
      const file = join(program!.directory, 'out.txt');
      const { stdout } = run(...words);
      expect(run(...words, '--jobs', '2', '-o', file)).toEqual({ stdout: '', stderr: '', status: 1 });
      expect(stdout).toBe(spawnSync('cat', [file], { encoding: 'utf8' }).stdout);
    },
    MINUTE,
  );
});

/** Tells on standard error of every thread that is started. */
const COUNTING = `const threads = require('node:worker_threads');
const { Worker } = threads;
threads.Worker = class extends Worker {
  constructor(...args) {
    super(...args);
    process.stderr.write('thread ');
  }
};
`;

test.each<[number, string, string]>([
  [600, '1', ''],
  [600, '3', 'thread thread thread '],
  [100, '3', ''],
])(
  'when there are %i flows and --jobs %s then these threads are started: %s',
  (count, jobs, expected) => {
    const hook = join(program!.directory, 'counting.cjs');
    writeFileSync(hook, COUNTING);
    const words = ['walk', '-t', TOPOLOGY, '--batch', flows(count), '--jobs', jobs, '--format', 'minimal'];
    const { stderr } = spawnSync(process.execPath, ['-r', hook, start(), ...words], { encoding: 'utf8' });
    expect(stderr).toBe(expected);
  },
  MINUTE,
);

describe('when threads are at work', () => {
  const words = (): readonly string[] => [
    start(),
    'walk',
    '-t',
    TOPOLOGY,
    '--batch',
    flows(5000),
    '--jobs',
    '2',
  ];

  test(
    'and nobody reads on then the program ends',
    () => {
      const { status } = spawnSync('sh', ['-c', 'node "$@" | head -c 100', 'sh', ...words()], {
        timeout: MINUTE / 2,
      });
      expect(status).toBe(0);
    },
    MINUTE,
  );

  test(
    'and it is interrupted then the program ends',
    async () => {
      const child = spawn(process.execPath, words());
      child.stdout.once('data', () => child.kill('SIGINT'));
      const signal = await new Promise((resolve) => child.on('exit', (_code, by) => resolve(by)));
      expect(signal).toBe('SIGINT');
    },
    MINUTE,
  );
});

test('when a user starts what serves threads then it is a mistake like any other', () => {
  const { stderr, status } = run('serve-another-thread');
  expect(stderr).toContain('nettrace --help');
  expect(status).toBe(2);
});
