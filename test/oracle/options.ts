/** The command line of `npm run oracle`. */
import { parseArgs } from 'node:util';
import type { Backend } from './kernel.ts';

export interface Options {
  /** Of the first case; each case has the next one. */
  readonly seed: number;
  readonly cases: number;
  readonly families: readonly (4 | 6)[];
  readonly backend: Backend;
  /** Extensions, or `rules`, that cases do without. */
  readonly without: readonly string[];
  /** Failures that are shrunk and printed; the others are counted. */
  readonly failures: number;
  readonly verbose: boolean;
}

export const HELP = `npm run oracle -- [--seed N] [--cases N] [--family 4|6] [--backend legacy|nft]
                  [--without NAME,NAME] [--failures N] [--verbose]`;

export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      cases: { type: 'string', default: '300' },
      family: { type: 'string' },
      backend: { type: 'string', default: 'legacy' },
      without: { type: 'string', default: '' },
      failures: { type: 'string', default: '5' },
      verbose: { type: 'boolean', default: false },
    },
  });
  return {
    seed: Number(values.seed),
    cases: Number(values.cases),
    families: values.family === undefined ? [4, 6] : [values.family === '6' ? 6 : 4],
    backend: values.backend === 'nft' ? 'nft' : 'legacy',
    without: values.without.split(',').filter((name) => name !== ''),
    failures: Number(values.failures),
    verbose: values.verbose,
  };
}
