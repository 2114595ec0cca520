/** ERSPAN as an interface of a machine's kernel: what it must state, and what its packets say. */
import type { Erspan } from '../../mechanism/tunnel/erspan.ts';
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import type { LinkConfig } from './link-schema.ts';

/** Words of `ip link add` by the version of the header that has a place for them. */
const WORDS = { 0: [], 1: ['erspan'], 2: ['erspan_dir', 'erspan_hwid'] } as const;

/** The kernel refuses type I with keys over IPv6, the others without a session and sequence numbers: erspan_validate, ip6erspan_tap_validate. */
export function checkErspan(name: string, config: LinkConfig, at: Cite, reading: Reading): void {
  const version = versionOf(config);
  const missing = (what: string, add: string): void =>
    reading.report('key-missing', { key: at }, `${name} has no ${what}`, `add ${add}, as to \`ip link add\``);
  if (version === 0 && config.type === 'ip6erspan')
    reading.report(
      'value-invalid',
      below(at, 'erspan_ver'),
      'there is no ERSPAN type I over IPv6',
      'take 1 or 2',
    );
  else if (version !== 0) {
    if (config.seq !== true) missing('sequence numbers', 'seq: true');
    if (config.key === undefined && (config.ikey === undefined || config.okey === undefined))
      missing('session ID', 'key: 0 to 1023');
  }
  for (const word of [...Object.values(WORDS).flat(), ...(version === 0 ? KEYS : [])])
    if (config[word] !== undefined && !(WORDS[version] as readonly string[]).includes(word))
      reading.report(
        'value-invalid',
        { key: below(at, word) },
        `ERSPAN type ${NAMES[version]} has no ${word}`,
        'leave it out, or state another erspan_ver',
      );
  for (const word of ['key', 'ikey', 'okey'] as const)
    if ((config[word] ?? 0) > LARGEST)
      reading.report(
        'value-invalid',
        below(at, word),
        `${word} ${config[word]} is no session of ERSPAN, which has 10 bits`,
        `write a number up to ${LARGEST}`,
      );
}

const KEYS = ['key', 'ikey', 'okey', 'seq'] as const;
const LARGEST = 1023;
const NAMES = { 0: 'I', 1: 'II', 2: 'III' } as const;

const versionOf = ({ erspan_ver: version = 1 }: LinkConfig): keyof typeof NAMES =>
  version as keyof typeof NAMES;

export function erspanOf(config: LinkConfig): Erspan {
  const { erspan: index = 0, erspan_dir: direction, erspan_hwid: hardware = 0 } = config;
  const isEgress = direction === 'egress';
  return { type: TYPES[versionOf(config)], index, hardware, isEgress, sender: 'linux' };
}

const TYPES = { 0: 'erspan1', 1: 'erspan2', 2: 'erspan3' } as const;
