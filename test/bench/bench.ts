/** `npm run bench`: what a walk costs in process, and what a command costs from its start. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { foldTrace } from '../../src/analyze/fold-trace.ts';
import { trace, type Question, type Trace } from '../../src/analyze/trace.ts';
import { renderText } from '../../src/render/text.ts';
import { readDocument } from '../../src/source/document.ts';
import { formatPosition } from '../../src/source/position.ts';
import { readTopology, type Topology } from '../../src/topology/topology.ts';
import { parseAddress } from '../../src/value/address.ts';
import { SessionStore } from '../../src/walk/session.ts';
import { branches } from './branches.ts';
import { bytes } from './bytes.ts';
import { expectations } from './expectations.ts';
import { spokes, type Size } from './spokes.ts';
import { tables } from './tables.ts';

const now = (): number => Number(process.hrtime.bigint()) / 1000;
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Microseconds a call: the median of rounds, after a warm-up. */
function measure(run: () => void, calls = 200, rounds = 25): number {
  for (let i = 0; i < calls * 5; i++) run();
  return median(
    Array.from({ length: rounds }, () => {
      const start = now();
      for (let i = 0; i < calls; i++) run();
      return (now() - start) / calls;
    }),
  );
}

function inProcess(size: Size): void {
  const { document: plain, target } = spokes(size);
  const text = JSON.stringify(plain);
  const begun = now();
  const { document } = readDocument('bench.json', text);
  const parsed = now();
  if (!document) throw new Error('the document cannot be read');
  const { topology, diagnostics } = readTopology(document);
  if (!topology) throw new Error(diagnostics.map((one) => one.message).join('\n'));
  const read = now();
  const question: Question = {
    packet: {
      src: parseAddress('10.3.0.4')!,
      dst: parseAddress(target)!,
      proto: 6,
      sport: 49_152,
      dport: 22,
      flags: ['SYN'],
      id: 0,
    },
    picks: new Map(),
    noReturn: false,
    handshake: false,
  };
  const walked = (): Trace => asTrace(topology, question);
  walked();
  const first = now();
  const places = new Map<string, string>();
  const locate = (cite: string): string => {
    const place = places.get(cite) ?? formatPosition(document.locate(cite));
    places.set(cite, place);
    return place;
  };
  const report = () => foldTrace(walked(), { topology: { name: 'bench', file: 'bench.json' }, locate });
  const row = {
    spokes: size.spokes,
    routes: size.spokes * 2 + (size.extraRoutes ?? 0),
    'parse ms': ms(parsed - begun),
    'read ms': ms(read - parsed),
    'first walk ms': ms(first - read),
    'walk us': measure(walked).toFixed(1),
    'with report us': measure(report, 100).toFixed(1),
    'with text us': measure(() => renderText(report()), 50).toFixed(1),
    'rss MiB': (process.memoryUsage().rss / 2 ** 20).toFixed(0),
  };
  rows.push(row);
}

const rows: object[] = [];
const ms = (us: number): string => (us / 1000).toFixed(1);

function asTrace(topology: Topology, question: Question): Trace {
  const traced = trace(topology, question, new SessionStore());
  if (
    'problem' in traced ||
    traced.walks.length !== 2 ||
    traced.walks[1]!.walk.verdict.outcome !== 'delivered'
  )
    throw new Error('the walk was not delivered both ways');
  return traced;
}

/** User and system milliseconds of a command: the median of runs. */
function cpu(args: readonly string[], runs = 15): number {
  const times = Array.from({ length: runs }, () => {
    const { stderr } = spawnSync(
      'bash',
      ['-c', 'TIMEFORMAT="@%U %S"; time node "$@" >/dev/null 2>/dev/null', 'bash', ...args],
      { encoding: 'utf8' },
    );
    const [user = 0, system = 0] = (stderr.split('@')[1] ?? '').trim().split(' ').map(Number);
    return (user + system) * 1000;
  });
  return median(times);
}

function cold(): void {
  const folder = mkdtempSync(join(tmpdir(), 'nettrace-bench-'));
  const bare = cpu(['-e', '0']);
  const table: object[] = [{ command: 'node -e 0', 'cpu ms': bare.toFixed(0), 'x bare': '1.00' }];
  const add = (name: string, args: readonly string[]): void => {
    const spent = cpu(['bin/nettrace.js', ...args]);
    table.push({ command: name, 'cpu ms': spent.toFixed(0), 'x bare': (spent / bare).toFixed(2) });
  };
  add('--version', ['--version']);
  add('walk, built-in', ['walk', '--src', '10.3.0.4', '--dst', '10.1.0.4', '--proto', 'tcp/22']);
  for (const [count, form] of [
    [10, 'yaml'],
    [10, 'json'],
    [1000, 'yaml'],
    [1000, 'json'],
  ] as const) {
    const { document, target } = spokes({ spokes: count });
    const file = join(folder, `${count}.${form}`);
    writeFileSync(file, form === 'yaml' ? stringify(document) : JSON.stringify(document, null, 2));
    const args = ['walk', '-t', file, '--src', '10.3.0.4', '--dst', target, '--proto', 'tcp/22'];
    execFileSync('node', ['bin/nettrace.js', ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
    add(`walk, ${count} spokes, ${form}`, args);
  }
  rmSync(folder, { recursive: true });
  console.table(table);
}

for (const size of [
  { spokes: 2 },
  { spokes: 10 },
  { spokes: 100 },
  { spokes: 1000 },
  { spokes: 10, extraRoutes: 100_000 },
])
  inProcess(size);
console.table(rows);
console.table(tables());
console.table(branches(measure));
cold();
console.table(bytes());
console.table(expectations());
