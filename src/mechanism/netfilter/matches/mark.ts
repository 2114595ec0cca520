/** -m mark: the packet's mark. */
import { single } from '../../../value/integer-set.ts';
import { fieldTest, NOT, word, type Match } from '../extension.ts';
import { masked, parseMaskedNumber } from '../forms.ts';

export const mark: Match = {
  options: { '--mark': word(masked(), { ...NOT, needed: true }) },
  build: (given) =>
    given.map((one) => {
      const { value, mask } = parseMaskedNumber(one.words[0]!)!;
      return { ...fieldTest(one, 'mark', single(value)), mask };
    }),
};
