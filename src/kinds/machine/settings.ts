/** Kernel settings of a machine, held against those that are read. */
import { SYSCTL_KEYS, type Setting } from '../../mechanism/linux/sysctl.ts';
import { below, type Cite } from '../../walk/cite.ts';
import { readSysctl, dotted } from '../../mechanism/linux/sysctl-text.ts';
import type { Reading, Text, Where } from '../kind.ts';
import { isText, type LinuxText } from './linux-schema.ts';
import { tell } from './tell.ts';

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

/** A setting as the topology states it, and where its value and its key stand. */
export interface Stated {
  readonly key: string;
  readonly value: number | string;
  readonly at: Cite;
  readonly keyAt: Where;
}

/** The settings of a map, or of a text or file. */
export function readSettings(
  text: LinuxText['sysctl'],
  at: Cite,
  reading: Reading,
): ReadonlyMap<string, Setting> {
  const stated = text === undefined ? [] : isText(text) ? ofText(text, at, reading) : ofMap(text, at);
  for (const one of stated) check(one, reading);
  return new Map(stated.map(({ key, value, at: place }) => [key, { value: Number(value), at: place }]));
}

const ofMap = (map: Readonly<Record<string, number | string>>, at: Cite): readonly Stated[] =>
  Object.entries(map).map(([key, value]) => ({
    key: dotted(key),
    value,
    at: below(at, key),
    keyAt: { key: below(at, key) },
  }));

/** Of a text the keys that matter; the many others of a kernel hold anything. */
function ofText(value: Text, at: Cite, reading: Reading): readonly Stated[] {
  const { settings, problems } = readSysctl(reading.text(value, at) ?? '');
  tell(problems, at, reading);
  return settings.map(({ key, value: written, line, column }) => {
    const place = `${at}#${line}:${column}`;
    return { key, value: written, at: place, keyAt: `${at}#${line}` };
  });
}

/** The key with `*` for its interface, and the interface. */
function generalOf(key: string): readonly [general: string, port: string] {
  const [, port = '*'] = /\.conf\.(.+)\.[^.]+$/.exec(key) ?? [];
  return [key.replace(`.conf.${port}.`, '.conf.*.'), port];
}

/** A key that is nearly one that matters is a slip; the many others of a kernel are let pass. */
function check({ key, value, at, keyAt }: Stated, reading: Reading): void {
  const [general, port] = generalOf(key);
  const known = [key, general].find((one) => SYSCTL_KEYS.includes(one));
  if (known !== undefined) checkValue(key, value, RANGES[general] ?? RANGES[key], at, reading);
  else if (port === '*' || !LEAVES.has(leafOf(key)))
    reading.nearly(
      SYSCTL_KEYS.map((one) => one.replace('*', port === '*' ? 'all' : port)),
      'kernel setting',
      key,
      keyAt,
    );
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
