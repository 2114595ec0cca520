/** NOTRACK and CT --notrack: connection tracking leaves the packet alone. Other uses of CT are not modelled. */
import { flag, word, type TargetSpec } from '../extension.ts';
import { text } from '../forms.ts';

export const notrack: TargetSpec = {
  options: {},
  tables: ['raw'],
  build: () => ({ do: 'untrack', name: 'NOTRACK' }),
};

const NAME = text(32);

export const ct: TargetSpec = {
  options: {
    '--notrack': flag(),
    '--helper': word(NAME),
    '--timeout': word(NAME),
    '--ctevents': word(NAME),
    '--expevents': word(NAME),
    '--zone-orig': word(NAME),
    '--zone-reply': word(NAME),
    '--zone': word(NAME),
  },
  tables: ['raw'],
  build: (given) => {
    const isPlain = given.length === 1 && given[0]!.option === '--notrack';
    return isPlain ? { do: 'untrack', name: 'CT' } : { do: 'unknown', name: 'CT' };
  },
};
