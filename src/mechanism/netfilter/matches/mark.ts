/** -m mark: the packet's mark. */
import { single } from '../../../value/integer-set.ts';
import { fieldTest, NOT, word, type Given, type Match } from '../extension.ts';
import { masked, parseMaskedNumber } from '../forms.ts';
import type { Test } from '../predicate.ts';
import type { Field } from '../subject.ts';

export const mark: Match = {
  options: { '--mark': word(masked(), { ...NOT, needed: true }) },
  build: (given) => given.map((one) => maskedTest(one, 'mark')),
};

/** `value[/mask]` of a field. */
export function maskedTest(given: Given, field: Field): Test {
  const { value, mask } = parseMaskedNumber(given.words[0]!)!;
  return { ...fieldTest(given, field, single(value)), mask };
}
