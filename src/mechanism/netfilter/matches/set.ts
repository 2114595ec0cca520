/** -m set: whether addresses and ports of the packet are in a set that ipset keeps. */
import { flag, NOT, twoWords, withSpellings, word, type Form, type Match } from '../extension.ts';
import { LONG } from '../forms.ts';

/** IPSET_MAXNAMELEN */
export const SET_NAME: Form = {
  is: 'the name of a set, 1 to 31 letters',
  spell: (text) => (text === '' || text.length > 31 ? undefined : text),
};

/** IPSET_DIM_MAX */
export const SET_ENDS: Form = {
  is: 'a list of at most 6 of src and dst',
  spell: (text) => (/^(src|dst)(,(src|dst)){0,5}$/.test(text) ? text : undefined),
};

const COUNTS = (what: string): readonly string[] => ['eq', 'lt', 'gt'].map((how) => `--${what}-${how}`);

export const set: Match = {
  options: withSpellings(
    {
      '--match-set': twoWords(SET_NAME, SET_ENDS, { ...NOT, needed: true }),
      '--return-nomatch': flag(),
      '--update-counters': flag(NOT),
      '--update-subcounters': flag(NOT),
      '--packets-eq': word(LONG, NOT),
      '--packets-lt': word(LONG),
      '--packets-gt': word(LONG),
      '--bytes-eq': word(LONG, NOT),
      '--bytes-lt': word(LONG),
      '--bytes-gt': word(LONG),
    },
    { '--set': '--match-set' },
  ),
  exclusive: [COUNTS('packets'), COUNTS('bytes')],
  /** Counters are updated unless the rule says not to. */
  canon: (given) => given.filter((one) => one.not || !one.option.startsWith('--update-')),
};
