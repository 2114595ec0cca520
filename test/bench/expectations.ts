/** What `nettrace check` costs: CPU time and memory of the whole command, by expectations and by spokes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spokes } from './spokes.ts';

const SIZES = [
  { spokes: 1000, count: 0 },
  { spokes: 1000, count: 2500 },
  { spokes: 1000, count: 5000 },
  { spokes: 1000, count: 10_000 },
  { spokes: 500, count: 10_000 },
  { spokes: 250, count: 10_000 },
] as const;

/** Told by the program itself when it ends. */
const HOOK = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  require('node:fs').writeFileSync(process.env.USAGE, JSON.stringify([(userCPUTime + systemCPUTime) / 1e6, maxRSS / 1024]));
});`;

export function expectations(): object[] {
  const folder = mkdtempSync(join(tmpdir(), 'nettrace-bench-'));
  const hook = join(folder, 'hook.cjs');
  writeFileSync(hook, HOOK);
  const rows = SIZES.map(({ spokes: size, count }) => {
    const file = join(folder, 'net.json');
    writeFileSync(
      file,
      JSON.stringify({ ...spokes({ spokes: size }).document, expect: claims(size, count) }),
    );
    const [seconds, memory] = best(Array.from({ length: 3 }, () => usageOf(file, hook, folder)));
    return { spokes: size, expectations: count, 'cpu s': seconds.toFixed(2), 'rss MiB': memory.toFixed(0) };
  });
  rmSync(folder, { recursive: true });
  return rows;
}

/** Each a flow of its own, through the appliances to one of the spokes. */
const claims = (size: number, count: number): object[] =>
  Array.from({ length: count }, (_, i) => ({
    name: `flow ${i}`,
    walk: { src: 'mgmt-pc', dst: `vm${i % size}`, proto: `tcp/${22 + Math.floor(i / size)}` },
    via: ['vgw-hub', 'ilb-hub'],
    'through-same': ['nva1', 'nva2'],
    ttl: 63,
  }));

type Usage = readonly [seconds: number, mebibytes: number];

function usageOf(file: string, hook: string, folder: string): Usage {
  const usage = join(folder, 'usage.json');
  execFileSync(process.execPath, ['-r', hook, 'bin/nettrace.js', 'check', file], {
    env: { ...process.env, USAGE: usage },
    stdio: 'ignore',
  });
  return JSON.parse(readFileSync(usage, 'utf8')) as Usage;
}

const best = (runs: readonly Usage[]): Usage => [
  Math.min(...runs.map(([seconds]) => seconds)),
  Math.max(...runs.map(([, memory]) => memory)),
];
