/** CT and NOTRACK: what connection tracking is to do with the packet, or that it leaves it alone. */
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
  build: (given, draft) => {
    if (given.some((one) => one.option === '--notrack')) return { do: 'untrack', name: 'CT' };
    const said = (option: string): string | undefined => given.find((one) => one.option === option)?.words[0];
    const zoneOf = (option: string): number => Number(said(option) ?? said('--zone') ?? 0);
    const zones = { original: zoneOf('--zone-orig'), reply: zoneOf('--zone-reply') };
    // `--zone mark`: the zone is the packet's mark.
    if (Number.isNaN(zones.original + zones.reply)) {
      draft.unknown('CT --zone mark');
      return { do: 'unknown', name: 'CT' };
    }
    return { do: 'template', name: 'CT', zones, helper: said('--helper') };
  },
};
