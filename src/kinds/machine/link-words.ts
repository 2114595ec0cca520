/** The words of `ip link add` that a type of interface takes. */
import { below, type Cite } from '../../walk/cite.ts';
import type { Reading } from '../kind.ts';
import type { LinkConfig } from './link-schema.ts';

export function checkWords(
  config: LinkConfig,
  words: readonly (keyof LinkConfig)[],
  at: Cite,
  reading: Reading,
): void {
  for (const key of Object.keys(config))
    if (!(words as readonly string[]).includes(key))
      reading.report(
        'value-invalid',
        { key: below(at, key) },
        `${config.type} has no ${key}`,
        'leave it out',
      );
}
