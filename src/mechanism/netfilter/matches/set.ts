/** -m set: whether addresses and ports of the packet are in a set that ipset keeps. */
import {
  choiceTest,
  flag,
  type Form,
  type Match,
  NOT,
  twoWords,
  withSpellings,
  word,
  wording,
} from '../extension.ts';
import { LONG } from '../forms.ts';
import type { Side } from '../set-match.ts';

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
  build: (given) => {
    const match = given.find((one) => one.option === '--match-set')!;
    const counted = given.filter((one) => /^--(packets|bytes)-/.test(one.option));
    return [
      {
        kind: 'set',
        set: match.words[0]!,
        sides: match.words[1]!.split(',') as Side[],
        returnNomatch: given.some((one) => one.option === '--return-nomatch'),
        ...wording(match),
      },
      // How often an entry was met before is not known.
      ...counted.map((one) => choiceTest(one, 'set', false)),
    ];
  },
};
