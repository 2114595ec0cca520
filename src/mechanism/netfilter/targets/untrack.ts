/** NOTRACK and CT --notrack: connection tracking leaves the packet alone. Other uses of CT are not modelled. */
import { oneWord, type TargetSpec } from '../extension.ts';

export const notrack: TargetSpec = {
  options: {},
  tables: ['raw'],
  build: () => ({ do: 'untrack', name: 'NOTRACK' }),
};

export const ct: TargetSpec = {
  options: {
    '--notrack': { takes: 0 },
    ...oneWord({
      '--helper': [],
      '--timeout': [],
      '--ctevents': [],
      '--expevents': [],
      '--zone': [],
      '--zone-orig': [],
      '--zone-reply': [],
    }),
  },
  tables: ['raw'],
  build: (given) => {
    const isPlain = given.length === 1 && given[0]!.option === '--notrack';
    return isPlain ? { do: 'untrack', name: 'CT' } : { do: 'unknown', name: 'CT' };
  },
};
