/** What is checked again after which change; the watcher is the test's own. */
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CheckReport } from '../../report/check.ts';
import { runCheck, type Asked } from './run.ts';
import { rerunning, type Watch } from './watch.ts';

const network = (rules: string): string => `segments: { lan: {} }
machines:
  a: { nics: { eth0: { segment: lan } }, linux: { addresses: { eth0: 10.0.0.1/24 }, iptables: { file: ${rules} } } }
  b: { nics: { eth0: { segment: lan } }, linux: { addresses: { eth0: 10.0.0.2/24 } } }
`;
const expecting = (topology: string): string =>
  `topology: ${topology}\nexpect: [{ name: a reaches b, walk: { src: a, dst: b, proto: icmp } }]\n`;

const OPEN = '*filter\nCOMMIT\n';
const SHUT = '*filter\n-A OUTPUT -j DROP\nCOMMIT\n';

let directory = '';
const write = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

/** A run of the directory that is watched; `change` tells of changes and gives the outcomes that are told then. */
function watched(
  names: readonly string[] = [directory],
  options: Asked['options'] = {},
): {
  change: (...paths: readonly string[]) => readonly (readonly string[])[];
  followed: () => readonly string[];
  stop: () => boolean;
} {
  const asked: Asked = { command: 'check', names, options: { lint: false, ...options }, maxWarnings: null };
  let followed: ReadonlySet<string> = new Set();
  let isStopped = false;
  let changed: Parameters<Watch>[0] | undefined;
  const told: CheckReport[] = [];
  const watch: Watch = (tell) => {
    changed = tell;
    return { follow: (directories) => void (followed = directories), stop: () => void (isStopped = true) };
  };
  const first = runCheck(asked);
  const stop = rerunning(asked, first, watch, (report) => told.push(report));
  return {
    change: (...paths) => {
      told.length = 0;
      for (const path of paths) changed?.(path);
      vi.advanceTimersByTime(1000);
      return told.map(({ files }) =>
        files.map(({ file, expectations, diagnostics }) =>
          [file.slice(directory.length + 1), expectations[0]?.outcome ?? diagnostics[0]?.code].join(' '),
        ),
      );
    },
    followed: () => [...followed],
    stop: () => {
      stop();
      return isStopped;
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'nettrace-watch-')));
  write('one.yaml', network('one.rules'));
  write('one.rules', OPEN);
  write('one.expect.yaml', expecting('one.yaml'));
  write('two.yaml', network('two.rules'));
  write('two.rules', OPEN);
  write('two.expect.yaml', expecting('two.yaml'));
});
afterEach(() => {
  vi.useRealTimers();
  process.exitCode = 0;
  rmSync(directory, { recursive: true });
});

test('when a file that a topology refers to changes then what expects something of it is checked again', () => {
  const run = watched();
  const path = write('two.rules', SHUT);
  expect(run.change(path, path)).toEqual([
    ['one.expect.yaml held', 'one.yaml ', 'two.expect.yaml failed', 'two.yaml '],
  ]);
  expect(run.followed()).toEqual([directory, dirname(directory)]);
});

test('when a file changes that nothing refers to then nothing is told', () => {
  const run = watched();
  expect(run.change(write('notes.txt', 'to do'))).toEqual([]);
});

test('when something has changed and nobody told then it is not read again', () => {
  const run = watched();
  write('one.rules', SHUT);
  expect(run.change(write('two.rules', SHUT))).toEqual([
    ['one.expect.yaml held', 'one.yaml ', 'two.expect.yaml failed', 'two.yaml '],
  ]);
});

test('when a file comes or goes then the report has it or has it not', () => {
  const run = watched();
  const path = write('three.expect.yaml', expecting('one.yaml'));
  expect(run.change(path)[0]).toContain('three.expect.yaml held');
  rmSync(path);
  expect(run.change(path)).toEqual([
    ['one.expect.yaml held', 'one.yaml ', 'two.expect.yaml held', 'two.yaml '],
  ]);
});

test('when a topology goes and comes back then its expectations follow', () => {
  const run = watched();
  const path = join(directory, 'one.yaml');
  rmSync(path);
  expect(run.change(path)[0]).toContain('one.expect.yaml file-unreadable');
  expect(run.change(write('one.yaml', network('one.rules')))[0]).toContain('one.expect.yaml held');
});

test.each(['sub/one.yaml', 'sub'])('when %s is away for a while then its return is seen', (name) => {
  mkdirSync(join(directory, 'sub'));
  write('sub/one.yaml', network('one.rules').replace(', iptables: { file: one.rules }', ''));
  const run = watched([join(directory, name)]);
  const [path, away] = [join(directory, name), join(directory, 'away')];
  renameSync(path, away);
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect([...run.change(path), ...run.change(join(directory, 'log'))]).toEqual([]);
  expect(stderr).toHaveBeenCalledTimes(1);
  stderr.mockRestore();
  expect(run.followed()).toContain(dirname(path));
  renameSync(away, path);
  expect(run.change(path)).toEqual([['sub/one.yaml ']]);
});

test('when the directory around a file is away then what is around that is followed', () => {
  mkdirSync(join(directory, 'sub'));
  const path = write('sub/one.yaml', network('one.rules').replace(', iptables: { file: one.rules }', ''));
  const run = watched([path]);
  rmSync(dirname(path), { recursive: true });
  expect(run.change(path)).toEqual([]);
  expect(run.followed()).toEqual([directory]);
});

test('when the baseline changes then everything is held against it again', () => {
  write('two.rules', SHUT);
  mkdirSync(join(directory, 'known'));
  const empty = JSON.stringify({ version: 1, known: [], findings: [] });
  const path = write('known/known.json', empty);
  const run = watched([join(directory, 'two.expect.yaml')], { baseline: path });
  expect(run.followed()).toContain(dirname(path));
  const known = {
    file: join(directory, 'two.expect.yaml'),
    expectation: 'a reaches b',
    code: 'expect-verdict',
    flow: '10.0.0.1 > 10.0.0.2 icmp/8',
  };
  write('known/known.json', JSON.stringify({ version: 1, known: [known], findings: [] }));
  expect(run.change(path)).toEqual([['two.expect.yaml known']]);
});

test('when it is stopped then nothing is watched and nothing runs', () => {
  const run = watched();
  expect(run.stop()).toBe(true);
});
