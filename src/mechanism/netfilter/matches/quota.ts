/** -m quota: so many bytes, then no more. */
import { type Match, NOT, tallyTest, word } from '../extension.ts';
import { LONG } from '../forms.ts';

export const quota: Match = {
  options: { '--quota': word(LONG, { ...NOT, needed: true }) },
  build: (given) =>
    given.map((one) => tallyTest(one, 'quota', { count: 'bytes', most: Number(one.words[0]) })),
};
