/** -m iprange: from one address to another. */
import { EMPTY, range } from '../../../value/integer-set.ts';
import { parseAddressRange } from '../address-text.ts';
import { fieldTest, NOT, word, type Match } from '../extension.ts';
import { ADDRESS_RANGE } from '../forms.ts';

export const iprange: Match = {
  options: { '--src-range': word(ADDRESS_RANGE, NOT), '--dst-range': word(ADDRESS_RANGE, NOT) },
  needs: ['--src-range', '--dst-range'],
  build: (given, draft) =>
    given.map((one) => {
      const { first, last } = parseAddressRange(one.words[0]!, draft.family)!;
      return fieldTest(
        one,
        one.option === '--src-range' ? 'src' : 'dst',
        first > last ? EMPTY : range(first, last),
      );
    }),
};
