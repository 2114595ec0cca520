import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import builtIn from '../../topologies/hub-spoke-vpn.yaml';
import { buildProgram, type Program, type Ran } from './program.ts';

const FLOW = ['--src', '10.3.0.4', '--dst', '10.1.0.4', '--proto', 'tcp/22'];
const ESCAPE = '\u001b[31m';

let program: Program;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

const walk = async (content: string | Uint8Array, ...options: string[]): Promise<Ran> =>
  program.run(['walk', '-t', 't.yaml', ...FLOW, ...options], new Map([['t.yaml', content]]));

/** What stands before the first message of a refused run. */
function refusal({ status, stdout, stderr }: Ran): string {
  expect({ status, stdout }, stderr).toEqual({ status: 2, stdout: '' });
  expect(stderr).not.toMatch(/^ +at |(?!\n)\p{Cc}/mu);
  expect(stderr.length).toBeLessThan(40_000);
  return stderr.split('\n')[0]!.slice(0, 160);
}

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

describe.concurrent('when a file is not text then it is refused', { timeout: 20_000 }, () => {
  const utf16 = Buffer.from(`\uFEFF${builtIn}`, 'utf16le');
  test.each<[title: string, content: Uint8Array, says: string]>([
    ['a picture', bytes([0x89], 'PNG\r\n', [0x1a, 0x0a, 0, 0, 0, 0x0d], 'IHDR'), 'document-encoding'],
    ['octets of zero', new Uint8Array(4096), 'document-encoding'],
    ['UTF-16, little end first', utf16, 'the file is UTF-16 text'],
    ['UTF-16, big end first', Buffer.from(utf16).swap16(), 'the file is UTF-16 text'],
    ['UTF-16 that does not say so', utf16.subarray(2), 'document-encoding'],
    ['Latin-1', bytes('# caf', [0xe9], '\nname: x\n'), 't.yaml:1:6: error[document-encoding]'],
    ['an overlong slash', bytes('name: a', [0xc0, 0xaf], 'b\n'), 't.yaml:1:8: error[document-encoding]'],
    [
      'half a surrogate pair',
      bytes('name: ', [0xed, 0xa0, 0x80], '\n'),
      't.yaml:1:7: error[document-encoding]',
    ],
  ])('%s', async (_title, content, says) => {
    expect(refusal(await walk(content))).toContain(says);
  });
});

describe.concurrent(
  'when a file is text in another dress then it is read like any other',
  { timeout: 20_000 },
  () => {
    const crlf = builtIn.replaceAll('\n', '\r\n');
    test.each([
      ['a byte order mark', `\uFEFF${builtIn}`],
      ['CRLF', crlf],
      ['both', `\uFEFF${crlf}`],
      ['no line end at its end', builtIn.trimEnd()],
    ])('%s', async (_title, content) => {
      const [plain, dressed] = await Promise.all([walk(builtIn), walk(content)]);
      expect(plain.status).toBe(0);
      expect(dressed).toEqual(plain);
    });

    test('CRLF, and a mistake in a block of text is found at its line', async () => {
      const iptables =
        'linux:\r\n      iptables: |\r\n        *filter\r\n        -A FRWARD -j DROP\r\n        COMMIT\r\n';
      const machine = `machines:\r\n  m:\r\n    nics: { eth0: { site: s, privateIPAddress: 10.3.0.9 } }\r\n    ${iptables}`;
      const edge = 'edge: { name: e, privateIPAddress: 10.3.0.1, publicIPAddress: 203.0.113.1 }';
      const ran = await walk(`${machine}sites: { s: { addressPrefixes: 10.3.0.0/16, ${edge} } }\r\n`);
      expect(refusal(ran)).toBe('t.yaml:7:9: error[text-syntax]: there is no chain "FRWARD" in table filter');
    });
  },
);

describe.concurrent('when a file would cost too much then it is refused at once', { timeout: 20_000 }, () => {
  const laughs = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}*a${i}]`);
  const errors = Array.from(
    { length: 5000 },
    (_, i) => `  v${i}: { addressPrefixes: 10.0.0.1/16, vnii: ${i} }`,
  );
  const vnets = Array.from(
    { length: 1000 },
    (_, i) => `  v${i}: { addressPrefixes: 10.0.0.0/16, peerings: { w: {} } }`,
  );
  test.each<[title: string, content: string, says: RegExp]>([
    ['brackets in brackets', `vnets: ${'['.repeat(200_000)}`, /document-too-deep/],
    [
      'maps in maps',
      Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      /document-too-deep/,
    ],
    ['aliases of aliases', `a0: &a0 lol\n${laughs.join('\n')}\n`, /document-too-many-aliases/],
    ['5,000 errors', `vnets:\n${errors.join('\n')}\n`, /10000 errors in the topology/],
    ['1,000 VNets that peer with nothing', `vnets:\n${vnets.join('\n')}\n`, /1000 errors in the topology/],
    ['a text of 9 MiB', `description: ${'x'.repeat(9 * 2 ** 20)}`, /document-too-large/],
    ['a name of a million letters', `vnets: { ${'x'.repeat(1_000_000)}: {} }`, /name-invalid|yaml-syntax/],
    [
      'a value of a million letters',
      `vnets: { hub: { addressPrefixes: ${'1'.repeat(1_000_000)}.0 } }`,
      /type-wrong|value-invalid/,
    ],
    [
      '20,000 keys that mean nothing',
      Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n'),
      /key-unknown/,
    ],
  ])('%s', async (_title, content, says) => {
    const ran = await walk(content);
    refusal(ran);
    expect(ran.stderr).toMatch(says);
  });

  test('100 MB', async () => {
    const file = join(program.directory, 'large.yaml');
    writeFileSync(file, 'name: large\n');
    truncateSync(file, 100_000_000);
    const started = performance.now();
    expect(refusal(await program.run(['walk', '-t', file, ...FLOW]))).toMatch(
      /large\.yaml is larger than 64 MiB$/,
    );
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe.concurrent(
  'when something from outside could move a cursor then it never reaches the terminal',
  { timeout: 20_000 },
  () => {
    test.each(
      [
        'name',
        'description',
        'vnets',
        'sites.s',
        'routeTables.rt.routes[0].name',
        'machines.m.linux.iptables',
      ].flatMap((path) => [`--set=${path}=${ESCAPE}`, `--set=${path}${ESCAPE}=1`]),
    )('%j', async (option) => {
      refusal(await walk(builtIn, option));
    });

    test.each([
      ['--src', ESCAPE],
      ['--dst', `10.1.0.4${ESCAPE}`],
      ['--proto', `tcp/${ESCAPE}`],
      ['--sport', ESCAPE],
      ['--flags', `S,${ESCAPE}`],
      ['--in', `nva1/${ESCAPE}`],
      ['--in', `${ESCAPE}/eth0`],
      ['--pick', ESCAPE],
      ['--pick', `ilb-hub=${ESCAPE}`],
      ['--pick', `${ESCAPE}=nva1`],
      ['--fail', `nva1/${ESCAPE}`],
      ['--capture', `nva1/${ESCAPE}`],
      ['--format', ESCAPE],
      ['--batch', ESCAPE],
      ['-t', `${ESCAPE}.yaml`],
      ['-o', `${ESCAPE}/report.txt`],
      [`--${ESCAPE}`, '1'],
      [ESCAPE, ESCAPE],
    ])('%j %j', async (option, value) => {
      const flow = option === '--batch' ? [] : FLOW;
      refusal(await program.run(['walk', '-q', ...flow, option, value]));
    });

    test.each([
      [['routes', ESCAPE]],
      [['routes', '-q', 'nva1/eth0', ESCAPE]],
      [['explain', ESCAPE]],
      [['schema', ESCAPE]],
      [[ESCAPE]],
    ])('%j', async (args) => {
      refusal(await program.run(args));
    });

    test('in a file, as itself', async () => {
      const raw = ['\u001b', '\u0007', '\u007f', '\u009b', '\u202e'].map(
        (one) => `n${one}: { addressPrefixes: 10.0.0.0/16 }`,
      );
      refusal(await walk(`vnets:\n  ${raw.join('\n  ')}\n`));
    });

    test('a topology whose name and file have letters of the whole world', async () => {
      const name = 'Ünïcode <b>&amp; 中文 \u{1f600} zero\u200bwidth';
      const content = builtIn.replaceAll('nva1', name).replace('name: hub-spoke-vpn', `name: ${name}`);
      const args = ['walk', '-vv', '-t', `${name}.yaml`, ...FLOW, '--pick', `ilb-hub=${name}/eth0`];
      const { status, stdout, stderr } = await program.run(args, new Map([[`${name}.yaml`, content]]));
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/^[\n \p{L}\p{M}\p{N}\p{P}\p{S}]+$/u);
      expect(stdout).toContain('中文 \u{1f600} zero\\u{200b}width');
    });
  },
);

describe.concurrent('when input or output is not a file', { timeout: 20_000 }, () => {
  test('then a topology from standard input is read', async () => {
    const { status } = await program.run(['walk', '-t', '-', ...FLOW], new Map(), builtIn);
    expect(status).toBe(0);
  });

  test('then mistakes in it are told with their place', async () => {
    const ran = await program.run(
      ['walk', '-t', '-', ...FLOW],
      new Map(),
      builtIn.replace('vnets:', 'vnet:'),
    );
    expect(refusal(ran)).toContain('<stdin>:50:1: error[key-unknown]');
  });

  test('then nothing at all from standard input is an empty topology', async () => {
    expect(refusal(await program.run(['walk', '-t', '-', ...FLOW]))).toContain('document-empty');
  });

  test('then a device is written to and stays a device', async () => {
    const { status, stderr } = await walk(builtIn, '-o', '/dev/null');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readdirSync('/dev').filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

test.skipIf(!existsSync('/dev/full'))('when the disk is full then that is said', async () => {
  expect(refusal(await walk(builtIn, '-o', '/dev/full'))).toBe(
    'error: cannot write /dev/full: the disk is full',
  );
  const [node, script] = [process.execPath, join(program.directory, 'bin/nettrace.js')];
  const shell = spawnSync('sh', ['-c', '"$@" > /dev/full', 'sh', node, script, 'walk', '-q', ...FLOW]);
  expect(String(shell.stderr)).toBe('error: cannot write to standard output: the disk is full\n');
  expect(shell.status).toBe(2);
});

// The superuser reads everything, so the program runs as nobody then.
test('when a file may not be read then that is said', () => {
  const file = join(program.directory, 'secret.yaml');
  writeFileSync(file, builtIn, { mode: 0o000 });
  chmodSync(program.directory, 0o755);
  const args = [join(program.directory, 'bin/nettrace.js'), 'walk', '-t', file, ...FLOW];
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    ...nobody,
    cwd: '/',
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '' },
  });
  expect(refusal({ status, stdout, stderr })).toMatch(/^error: cannot read topology .*: permission denied$/);
});

test('when a report cannot be written then nothing half-written is left', async () => {
  const before = readdirSync(program.directory).filter((name) => !name.startsWith('run-'));
  refusal(await walk(builtIn, '-o', '../no-such-directory/report.txt'));
  refusal(await walk(builtIn, '-o', '..'));
  refusal(await walk(builtIn, '-o', '../report.txt', '--pick', 'ilb-hub=nva9'));
  expect(readdirSync(program.directory).filter((name) => !name.startsWith('run-'))).toEqual(before);
});
