/** Kernel settings of a machine, held against those that are read. */
import { SYSCTL_KEYS } from '../../mechanism/linux/sysctl.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';

/** Ranges of the kernel: ip-sysctl. Switches take any number. */
const RANGES: Readonly<Record<string, readonly [low: number, high: number]>> = {
  'net.ipv4.ip_default_ttl': [1, 255],
  'net.ipv6.conf.all.hop_limit': [1, 255],
  'net.ipv4.conf.*.rp_filter': [0, 2],
};

/** Settings of the kernel that look like misspelt ones. */
const OTHERS = ['arp_filter', 'mc_forwarding', 'bc_forwarding'];

const LEAVES = new Set([...SYSCTL_KEYS.map(leafOf), ...OTHERS]);

function leafOf(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}

/** A key that is nearly one that matters is a slip; the many others of a kernel are let pass. */
export function checkSysctl(
  stated: Readonly<Record<string, number | string>>,
  at: Cite,
  reading: Reading,
): void {
  for (const [key, value] of Object.entries(stated)) {
    const port = /\.conf\.([^.]+)\./.exec(key)?.[1] ?? '*';
    const general = key.replace(`.conf.${port}.`, '.conf.*.');
    const known = [key, general].find((one) => SYSCTL_KEYS.includes(one));
    if (known !== undefined) checkValue(key, value, RANGES[general] ?? RANGES[key], below(at, key), reading);
    else if (port === '*' || !LEAVES.has(leafOf(key)))
      reading.nearly(
        SYSCTL_KEYS.map((one) => one.replace('*', port === '*' ? 'all' : port)),
        'kernel setting',
        key,
        { key: below(at, key) },
      );
  }
}

function checkValue(
  key: string,
  value: number | string,
  range: readonly [low: number, high: number] | undefined,
  at: Cite,
  reading: Reading,
): void {
  const [low, high] = range ?? [-(2 ** 31), 2 ** 31 - 1];
  const isFine = /^-?\d+$/.test(String(value)) && Number(value) >= low && Number(value) <= high;
  if (!isFine)
    reading.report(
      'value-invalid',
      at,
      `${key} is ${JSON.stringify(value)}; it must be a whole number${range ? ` from ${low} to ${high}` : ''}`,
      range ? undefined : 'write 1 for on and 0 for off',
    );
}
