/** -m length and -m tcpmss: how long a packet is, and how long a segment may be. */
import { fieldTest, type Match, NOT, word } from '../extension.ts';
import { range } from '../../../value/integer-set.ts';
import { numberRange } from '../forms.ts';

export const length: Match = {
  options: { '--length': word(numberRange(0xffff, 'any'), { ...NOT, needed: true }) },
  build: (given) =>
    given.map((one) => {
      const [least, most = least] = one.words[0]!.split(':').map(Number);
      return fieldTest(one, 'length', range(least!, most!));
    }),
};

export const tcpmss: Match = {
  options: { '--mss': word(numberRange(0xffff), { ...NOT, needed: true }) },
  protocols: [6],
  // xt_tcpmss.c: what says none does not match, with `!` it does.
  build: (given) =>
    given.map((one) => {
      const [least, most = least] = one.words[0]!.split(':').map(Number);
      return { ...fieldTest(one, 'mss', range(least!, most!)), whenAbsent: one.not };
    }),
};
