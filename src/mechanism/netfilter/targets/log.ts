/** LOG and NFLOG: write something down; the next rule follows. */
import { oneWord, type OptionSpec, type TargetSpec } from '../extension.ts';

const continues = (name: string, options: Readonly<Record<string, OptionSpec>>): TargetSpec => ({
  options,
  build: () => ({ do: 'continue', name }),
});

export const log = continues('LOG', {
  ...oneWord({ '--log-level': [], '--log-prefix': [] }),
  '--log-tcp-sequence': { takes: 0 },
  '--log-tcp-options': { takes: 0 },
  '--log-ip-options': { takes: 0 },
  '--log-uid': { takes: 0 },
  '--log-macdecode': { takes: 0 },
});

export const nflog = continues(
  'NFLOG',
  oneWord({
    '--nflog-group': [],
    '--nflog-prefix': [],
    '--nflog-range': [],
    '--nflog-size': [],
    '--nflog-threshold': [],
  }),
);
