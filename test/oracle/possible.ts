/** Whether this machine can ask its kernel: the reason why not, or undefined. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Each with the Debian package that has it. */
const PROGRAMS = {
  python3: 'python3',
  ip: 'iproute2',
  'iptables-legacy-restore': 'iptables',
  conntrack: 'conntrack',
};

export function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can make network namespaces';
  const absent = Object.entries(PROGRAMS).filter(([program]) => spawnSync(program, ['--version']).error);
  if (absent.length > 0)
    return `needs ${absent.map(([program, pack]) => `${program} (apt-get install ${pack})`).join(', ')}`;
  if (!existsSync('/dev/net/tun')) return 'there is no /dev/net/tun';
  return undefined;
}
