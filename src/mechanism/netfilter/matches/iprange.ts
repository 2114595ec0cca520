/** -m iprange: from one address to another. */
import { range } from '../../../value/integer-set.ts';
import { parseAddressRange } from '../address-text.ts';
import { fieldTest, oneWord, type Match } from '../extension.ts';
import { quote } from '../words.ts';

export const iprange: Match = {
  options: oneWord({ '--src-range': [], '--dst-range': [] }),
  build: (given, draft) => {
    if (given.length === 0) draft.refuse('-m iprange needs --src-range or --dst-range');
    return given.flatMap((one) => {
      const read = parseAddressRange(one.words[0]!, draft.family);
      if (read)
        return [fieldTest(one, one.option === '--src-range' ? 'src' : 'dst', range(read.first, read.last))];
      draft.refuse(`${quote(one.words[0]!)} is not an ascending range of IPv${draft.family} addresses`);
      return [];
    });
  },
};
