/** -m mark: the packet's mark. */
import { single } from '../../../value/integer-set.ts';
import { fieldTest, oneWord, type Draft, type Match } from '../extension.ts';
import { parseNumber } from '../numbers.ts';
import { quote } from '../words.ts';

export const mark: Match = {
  options: oneWord({ '--mark': [] }),
  build: (given, draft) => {
    if (given.length === 0) draft.refuse('-m mark needs --mark');
    return given.flatMap((one) => {
      const read = parseMarked(one.words[0]!, draft);
      return read ? [{ ...fieldTest(one, 'mark', single(read.value)), mask: read.mask }] : [];
    });
  },
};

/** `value[/mask]` on 32 bits; the mask is all ones unless given. */
export function parseMarked(
  text: string,
  draft: Draft,
): { readonly value: number; readonly mask: number } | undefined {
  const [value, mask = '0xffffffff', ...rest] = text.split('/');
  const numbers = [parseNumber(value!), parseNumber(mask)] as const;
  if (rest.length === 0 && numbers[0] !== undefined && numbers[1] !== undefined)
    return { value: numbers[0], mask: numbers[1] };
  draft.refuse(`${quote(text)} is not a 32-bit mark, or mark/mask`);
  return undefined;
}
