/** iptables-restore and iptables-save of this machine, in a network namespace of their own. */
import { spawnSync } from 'node:child_process';
import { restoreText, savedRules, type Recorded } from './transcript.ts';

const run = (command: string, args: readonly string[], input = ''): ReturnType<typeof spawnSync> =>
  spawnSync(command, args, { input, encoding: 'utf8' });

/** Why the tools cannot be asked here; undefined when they can. */
export function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root';
  for (const [command, pattern] of [
    ['ip', /iproute2/],
    ['iptables-legacy', /v1\.8\.9 \(legacy\)/],
  ] as const) {
    const { stdout } = run(command, ['-V']);
    if (!pattern.test(String(stdout))) return `no ${command} of Debian 12`;
  }
  return undefined;
}

/** What the tools make of each rule. */
export function record(rules: readonly Recorded[], family: 4 | 6): readonly Recorded[] {
  const namespace = `nettrace-rules-${process.pid}-${family}`;
  const name = family === 4 ? 'iptables' : 'ip6tables';
  run('ip', ['netns', 'add', namespace]);
  const ask = (args: readonly string[], input?: string): ReturnType<typeof spawnSync> =>
    run('ip', ['netns', 'exec', namespace, ...args], input);
  try {
    return rules.map((rule) => {
      const { status } = ask([`${name}-legacy-restore`], restoreText(rule));
      const saved = savedRules(String(ask([`${name}-legacy-save`, '-t', rule.table]).stdout));
      ask([`${name}-legacy-restore`], `*${rule.table}\nCOMMIT\n`);
      return { ...rule, saved: status === 0 ? saved : undefined };
    });
  } finally {
    run('ip', ['netns', 'del', namespace]);
  }
}
